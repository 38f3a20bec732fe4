using Tollgate.Limits.Rules;
using Tollgate.Model;

namespace Tollgate.Limits.Admitting;

/// <summary>What is held in this gateway's memory and in the shared store: both or neither.</summary>
internal sealed class HoldPair
{
    internal Hold Local { get; } = new();

    internal Hold Shared { get; } = new();

    internal bool IsOpen => Local.IsOpen || Shared.IsOpen;

    internal bool IsEmpty => Local.Count == 0 && Shared.Count == 0;

    internal bool CountsMoney => Local.CountsMoney || Shared.CountsMoney;

    internal void Add(LimitRule rule, string subject) => (rule.Config.Shared ? Shared : Local).Add(rule, subject);

    internal void Want(in Charge charge, GatewayModel model)
    {
        Local.Want(charge, model);
        Shared.Want(charge, model);
    }

    internal void Use(in Charge charge, GatewayModel model)
    {
        Local.Use(charge, model);
        Shared.Use(charge, model);
    }

    /// <summary>Ends both, also when one of the stores fails.</summary>
    internal async ValueTask SettleAsync()
    {
        try
        {
            await Local.SettleAsync().ConfigureAwait(false);
        }
        finally
        {
            await Shared.SettleAsync().ConfigureAwait(false);
        }
    }

    internal void Clear()
    {
        Local.Clear();
        Shared.Clear();
    }
}
