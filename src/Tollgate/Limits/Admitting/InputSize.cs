using System.Buffers;
using System.Text;

namespace Tollgate.Limits.Admitting;

/// <summary>
/// How many tokens a JSON body may be as input, before anybody has counted them: one for three bytes, more than English (four and a half),
/// code and most other languages need, and a flat number for each image, sound or document in it.
/// </summary>
/// <remarks>
/// It does not parse. A block of the body without a single space, quote, backslash or non-ASCII byte is data such as Base64: in a text each
/// block is left at its first word, so that a long prompt costs next to nothing to look through.
/// </remarks>
internal static class InputSize
{
    private const int BytesPerToken = 3;
    private const int Block = 2048;

    // What providers count for a large picture; of documents and sounds the truth is settled in the end.
    private const int TokensOfData = 1600;

    private static readonly SearchValues<byte> InTexts = SearchValues.Create(" \"\\\n"u8);

    internal static long Tokens(ReadOnlySpan<byte> body)
    {
        var (text, data, wasData) = (0L, 0L, false);
        for (var rest = body; !rest.IsEmpty;)
        {
            var block = rest[..Math.Min(Block, rest.Length)];
            rest = rest[block.Length..];
            var isData = block.Length == Block && block.IndexOfAny(InTexts) < 0 && Ascii.IsValid(block);
            if (!isData) text += block.Length;
            else if (!wasData) data++;
            wasData = isData;
        }

        return ((text + BytesPerToken - 1) / BytesPerToken) + (data * TokensOfData);
    }
}
