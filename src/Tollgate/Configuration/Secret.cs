namespace Tollgate.Configuration;

/// <summary>A value that never appears in a log, an error or the admin port: whoever needs it says so by name.</summary>
public sealed class Secret(string value)
{
    /// <summary>The value itself. Call it only where it goes on the wire.</summary>
    public string Reveal() => value;

    /// <summary>Always <c>[redacted]</c>.</summary>
    public override string ToString() => "[redacted]";
}

/// <summary>Where a secret comes from: written in the file (usually as <c>${VAR}</c>), or in a file of its own that is read again when it changes.</summary>
/// <param name="Value">The secret, when it was given inline.</param>
/// <param name="File">Absolute path of the file that holds it, when it was given as <c>{ file: PATH }</c>.</param>
public sealed record SecretSource(Secret? Value, string? File);
