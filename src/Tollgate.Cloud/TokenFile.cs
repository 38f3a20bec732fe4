using System.Text;
using Tollgate.Credentials;

namespace Tollgate.Cloud;

/// <summary>A token that somebody else mounts and renews.</summary>
internal static class TokenFile
{
    private const int Longest = 64 * 1024;

    /// <exception cref="IdentityException">There is none, or what is there is no token.</exception>
    internal static async ValueTask<string> ReadAsync(string file, CancellationToken cancellationToken)
    {
        try
        {
            if (new FileInfo(file).Length > Longest) throw new IdentityException($"the token file {file} is larger than {Longest / 1024} KiB: it holds something else");

            var text = (await File.ReadAllTextAsync(file, Encoding.UTF8, cancellationToken).ConfigureAwait(false)).Trim();
            return text.Length > 0 ? text : throw new IdentityException($"the token file {file} is empty");
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
            throw new IdentityException($"the token file {file} cannot be read", e);
        }
    }
}
