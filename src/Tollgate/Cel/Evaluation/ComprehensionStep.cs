using Tollgate.Cel.Library;
using Tollgate.Cel.Syntax;
using Tollgate.Cel.Values;

namespace Tollgate.Cel.Evaluation;

/// <summary>A macro over a list's elements or a map's keys. Each round costs a step, so that loops in loops end with the budget.</summary>
internal sealed class ComprehensionStep(ComprehensionKind kind, Step range, int slot, Step? condition, Step? transform, int offset) : Step
{
    public override CelValue Evaluate(ref Frame frame)
    {
        var over = range.Evaluate(ref frame);
        if (over.IsError) return over;
        if (over.Kind is not (CelKind.List or CelKind.Map)) return Placed(CelError.NoOverload, offset);

        return kind switch
        {
            ComprehensionKind.All => Quantify(ref frame, over, decides: false),
            ComprehensionKind.Exists => Quantify(ref frame, over, decides: true),
            ComprehensionKind.ExistsOne => CountOne(ref frame, over),
            _ => Collect(ref frame, over),
        };
    }

    private static int Count(in CelValue over) => over.Kind == CelKind.List ? over.List.Count : over.Map.Count;

    // all is a chain of &&, exists a chain of ||: one element that decides makes the errors of others irrelevant.
    private CelValue Quantify(ref Frame frame, in CelValue over, bool decides)
    {
        var result = CelValue.Of(!decides);
        for (var i = 0; i < Count(over); i++)
        {
            if (!Enter(ref frame, over, i)) return CelError.TooCostly;
            var asked = condition!.Evaluate(ref frame);
            if (asked.Kind == CelKind.Bool && asked.IsTrue == decides) return asked;
            result = Logic.Undecided(result, asked, !decides);
        }

        return frame.IsSpent ? CelError.TooCostly : Placed(result, offset);
    }

    private CelValue CountOne(ref Frame frame, in CelValue over)
    {
        var count = 0;
        for (var i = 0; i < Count(over); i++)
        {
            if (!Enter(ref frame, over, i)) return CelError.TooCostly;
            var asked = condition!.Evaluate(ref frame);
            if (asked.IsError) return asked;
            if (asked.Kind != CelKind.Bool) return Placed(CelError.NoOverload, offset);
            if (asked.IsTrue) count++;
        }

        return CelValue.Of(count == 1);
    }

    private CelValue Collect(ref Frame frame, in CelValue over)
    {
        var results = new List<CelValue>();
        for (var i = 0; i < Count(over); i++)
        {
            if (!Enter(ref frame, over, i)) return CelError.TooCostly;
            var asked = condition?.Evaluate(ref frame) ?? CelValue.Of(true);
            if (asked.IsError) return asked;
            if (asked.Kind != CelKind.Bool) return Placed(CelError.NoOverload, offset);
            if (!asked.IsTrue) continue;
            var made = transform?.Evaluate(ref frame) ?? frame.Locals[slot];
            if (made.IsError) return made;
            results.Add(made);
        }

        return CelValue.Of(new CelList([.. results]));
    }

    private bool Enter(ref Frame frame, in CelValue over, int index)
    {
        frame.Locals[slot] = over.Kind == CelKind.List ? over.List.Items[index] : over.Map.Entries[index].Key;
        return frame.Charge(1);
    }
}
