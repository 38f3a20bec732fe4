using Tollgate.Cel.Values;

namespace Tollgate.Cel.Evaluation;

internal sealed class ListStep(Step[] items) : Step
{
    public override CelValue Evaluate(ref Frame frame)
    {
        if (!frame.Charge(1 + items.Length)) return CelError.TooCostly;
        var values = new CelValue[items.Length];
        for (var i = 0; i < items.Length; i++)
        {
            values[i] = items[i].Evaluate(ref frame);
            if (values[i].IsError) return values[i];
        }

        return CelValue.Of(new CelList(values));
    }
}

internal sealed class MapStep(Step[] keys, Step[] values, int offset) : Step
{
    public override CelValue Evaluate(ref Frame frame)
    {
        if (!frame.Charge(1 + keys.Length)) return CelError.TooCostly;
        var entries = new KeyValuePair<CelValue, CelValue>[keys.Length];
        for (var i = 0; i < keys.Length; i++)
        {
            var key = keys[i].Evaluate(ref frame);
            if (key.IsError) return key;
            var value = values[i].Evaluate(ref frame);
            if (value.IsError) return value;
            entries[i] = new KeyValuePair<CelValue, CelValue>(key, value);
        }

        return Placed(CelMap.Of(entries), offset);
    }
}
