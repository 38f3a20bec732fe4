using Tollgate.Protocols;

namespace Tollgate.Metering;

/// <summary>What a line says of the way that a request took, as bytes: from its method to its models. Kept for the next request that takes it.</summary>
internal sealed class RouteText
{
    /// <summary>Longer ones are not kept.</summary>
    internal const int MaxBytes = 512;

    private byte[] _bytes = [];
    private int _length;
    private string? _method, _path, _route, _provider, _asked, _served, _answered;
    private Operation? _operation;

    internal ReadOnlySpan<byte> Bytes => _bytes.AsSpan(0, _length);

    /// <summary>Tells apart the few that take turns.</summary>
    internal static uint PlaceOf(RequestRecord record)
    {
        var model = record.AskedModel ?? "";
        return (uint)((record.Operation?.Index ?? 0) + model.Length + (model.Length == 0 ? 0 : model[^1] + model[model.Length / 2]));
    }

    internal bool IsOf(RequestRecord record) =>
        ReferenceEquals(_operation, record.Operation)
        && _provider == record.Provider
        && _route == record.Route
        && _asked == record.AskedModel
        && _served == record.ServedModel
        && _answered == record.ResponseModel
        && _path == record.Path
        && _method == record.Method;

    internal void Keep(RequestRecord record, ReadOnlySpan<byte> bytes)
    {
        if (_bytes.Length < bytes.Length) _bytes = new byte[MaxBytes];
        bytes.CopyTo(_bytes);
        _length = bytes.Length;
        (_method, _path, _operation, _route, _provider) = (record.Method, record.Path, record.Operation, record.Route, record.Provider);
        (_asked, _served, _answered) = (record.AskedModel, record.ServedModel, record.ResponseModel);
    }
}
