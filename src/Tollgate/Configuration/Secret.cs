using System.Text;

namespace Tollgate.Configuration;

/// <summary>A value that never appears in a log, an error or the admin port: whoever needs it says so by name.</summary>
/// <remarks>Two are equal when they hold the same value, so that a reload finds out that nothing has changed.</remarks>
public sealed class Secret(string value) : IEquatable<Secret>
{
    /// <summary>The value itself. Call it only where it goes on the wire.</summary>
    public string Reveal() => value;

    /// <inheritdoc/>
    public bool Equals(Secret? other) => other is not null && string.Equals(value, other.Reveal(), StringComparison.Ordinal);

    /// <inheritdoc/>
    public override bool Equals(object? obj) => Equals(obj as Secret);

    /// <inheritdoc/>
    public override int GetHashCode() => value.GetHashCode(StringComparison.Ordinal);

    /// <summary>Always <c>[redacted]</c>.</summary>
    public override string ToString() => "[redacted]";
}

/// <summary>Where a secret comes from: written in the file (usually as <c>${VAR}</c>), or in a file of its own that is read again when it changes.</summary>
/// <param name="Value">The secret, when it was given inline.</param>
/// <param name="File">Absolute path of the file that holds it, when it was given as <c>{ file: PATH }</c>.</param>
public sealed record SecretSource(Secret? Value, string? File)
{
    /// <summary>The secret as it is now. Reads the file: not for the way of a request.</summary>
    /// <exception cref="IOException">The file cannot be read.</exception>
    public async ValueTask<string> ReadAsync(CancellationToken cancellationToken) =>
        Value?.Reveal() ?? (await System.IO.File.ReadAllTextAsync(File!, Encoding.UTF8, cancellationToken).ConfigureAwait(false)).Trim();
}
