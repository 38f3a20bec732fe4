using System.Globalization;
using System.Security.Cryptography;
using System.Text;

namespace Tollgate.Metering.Ledger;

/// <summary>
/// The files of slots in the state directory: one for each gateway of this machine that writes to the same ledger. Those that nobody has open
/// were left by processes before this one.
/// </summary>
internal static class SlotFiles
{
    private const int Most = 256;

    /// <summary>Opens all that are free, one at least; the first one is for this process, the others are there to be read.</summary>
    /// <exception cref="LedgerException">None can be opened or made.</exception>
    internal static List<SlotFile> Claim(string folder, string address, int slots)
    {
        var key = Convert.ToHexStringLower(SHA256.HashData(Encoding.UTF8.GetBytes(address)).AsSpan(0, 4));
        var claimed = new List<SlotFile>();
        try
        {
            for (var number = 0; number < Most; number++)
            {
                var path = Path.Combine(folder, string.Create(CultureInfo.InvariantCulture, $"ledger-{key}-{number}.slots"));
                if (!File.Exists(path) && claimed.Count > 0) return claimed;
                if (SlotFile.TryOpen(path, slots) is { } file) claimed.Add(file);
            }
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
            foreach (var file in claimed) file.Dispose();
            throw new LedgerException($"no file for requests under way can be made in {folder}: {e.Message} Name another folder with stateDir.", e);
        }

        return claimed;
    }
}
