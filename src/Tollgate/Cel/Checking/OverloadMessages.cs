using System.Collections.Immutable;

namespace Tollgate.Cel.Checking;

/// <summary>Says why no overload of a function fits, and what to write.</summary>
internal static class OverloadMessages
{
    public static string None(ResolvedCall call, ImmutableArray<CelType> arguments)
    {
        var given = string.Join(", ", arguments.Select(argument => argument.ToString()));
        return $"no overload of '{call.Name.Replace("_", "", StringComparison.Ordinal).TrimStart('@')}' takes ({given})" + Mend(arguments);
    }

    private static string Mend(ImmutableArray<CelType> arguments)
    {
        if (arguments.Distinct().Count() < 2 || !arguments.All(type => type == CelType.Int || type == CelType.Uint || type == CelType.Double)) return "";
        return arguments.Contains(CelType.Uint) && arguments.Contains(CelType.Int)
            ? ": numbers of different types do not mix; write 2u for a uint, or convert with uint(…) or int(…)"
            : ": numbers of different types do not mix; convert with double(…), and the result with uint(…)";
    }
}
