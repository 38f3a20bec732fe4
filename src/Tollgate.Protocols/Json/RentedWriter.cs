using System.Buffers;
using System.Text.Encodings.Web;
using System.Text.Json;

namespace Tollgate.Protocols.Json;

/// <summary>
/// A JSON writer for the length of one call, which each thread keeps for its next one. Text stays readable (the relaxed encoder). One that is
/// rented while another is in use is a new one.
/// </summary>
internal readonly ref struct RentedWriter : IDisposable
{
    [ThreadStatic]
    private static Utf8JsonWriter? t_checked;

    [ThreadStatic]
    private static Utf8JsonWriter? t_unchecked;

    private readonly bool _isChecked;

    private RentedWriter(Utf8JsonWriter json, bool isChecked) => (Json, _isChecked) = (json, isChecked);

    /// <summary>The writer. Nobody may use it once this is disposed.</summary>
    public Utf8JsonWriter Json { get; }

    /// <summary>One that throws at JSON that is none.</summary>
    public static RentedWriter Checked(IBufferWriter<byte> output) => new(Take(ref t_checked, output, skipsValidation: false), isChecked: true);

    /// <summary>One that leaves it to its user to write JSON.</summary>
    public static RentedWriter Unchecked(IBufferWriter<byte> output) => new(Take(ref t_unchecked, output, skipsValidation: true), isChecked: false);

    /// <summary>Writes out the rest.</summary>
    public void Dispose()
    {
        Json.Flush();
        Json.Reset(Nowhere.Instance);
        if (_isChecked) t_checked = Json;
        else t_unchecked = Json;
    }

    private static Utf8JsonWriter Take(ref Utf8JsonWriter? kept, IBufferWriter<byte> output, bool skipsValidation)
    {
        if (kept is not { } json) return new(output, new JsonWriterOptions { Encoder = JavaScriptEncoder.UnsafeRelaxedJsonEscaping, SkipValidation = skipsValidation });
        kept = null;
        json.Reset(output);
        return json;
    }

    /// <summary>In the place of an output that somebody else owns by now.</summary>
    private sealed class Nowhere : IBufferWriter<byte>
    {
        public static readonly Nowhere Instance = new();

        public void Advance(int count) => throw new InvalidOperationException("a rented writer was used after it was given back");

        public Memory<byte> GetMemory(int sizeHint = 0) => throw new InvalidOperationException("a rented writer was used after it was given back");

        public Span<byte> GetSpan(int sizeHint = 0) => throw new InvalidOperationException("a rented writer was used after it was given back");
    }
}
