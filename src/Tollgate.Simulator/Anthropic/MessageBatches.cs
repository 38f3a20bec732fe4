using System.Text.Json.Nodes;
using Tollgate.Simulator.Content;
using Tollgate.Simulator.Wire;

namespace Tollgate.Simulator.Anthropic;

/// <summary><c>/v1/messages/batches</c>: created, listed, read, cancelled, deleted; never processed. https://docs.anthropic.com/en/api/creating-message-batches</summary>
internal static class MessageBatches
{
    private const string Kind = "messages/batches";

    public static async Task HandleAsync(Call call, string? id, string? action)
    {
        await call.BeginAsync();
        var store = call.Simulator.Store(Kind);
        await ((call.Context.Request.Method, id, action) switch
        {
            ("POST", null, _) => CreateAsync(call, store),
            ("GET", null, _) => call.SendAsync(List(store)),
            ("GET", { } one, null) => call.SendAsync(Find(store, one).Shown.DeepClone()),
            ("POST", { } one, "cancel") => CancelAsync(call, store, one),
            ("DELETE", { } one, null) when store.Remove(one) => call.SendAsync(new JsonObject { ["id"] = one, ["type"] = "message_batch_deleted" }),
            _ => throw new Refusal(404, "Not found"),
        });
    }

    private static async Task CreateAsync(Call call, ObjectStore store)
    {
        var requests = (await call.ReadAsync()).List("requests") ?? throw new Refusal(400, "requests: Field required");
        var now = call.Simulator.Time.GetUtcNow();
        var batch = new JsonObject
        {
            ["id"] = call.Simulator.Ids.Next("msgbatch_01", 22),
            ["type"] = "message_batch",
            ["processing_status"] = "in_progress",
            ["request_counts"] = new JsonObject { ["processing"] = requests.Count, ["succeeded"] = 0, ["errored"] = 0, ["canceled"] = 0, ["expired"] = 0 },
            ["created_at"] = Text(now),
            ["expires_at"] = Text(now.AddDays(1)),
            ["archived_at"] = null,
            ["cancel_initiated_at"] = null,
            ["ended_at"] = null,
            ["results_url"] = null,
        };
        store.Put(new StoredObject(batch.Text("id")!, batch, []));
        await call.SendAsync(batch.DeepClone());
    }

    private static async Task CancelAsync(Call call, ObjectStore store, string id)
    {
        var stored = Find(store, id);
        var batch = (JsonObject)stored.Shown.DeepClone();
        batch["processing_status"] = "canceling";
        batch["cancel_initiated_at"] = Text(call.Simulator.Time.GetUtcNow());
        store.Put(stored with { Shown = batch });
        await call.SendAsync(batch.DeepClone());
    }

    private static JsonObject List(ObjectStore store)
    {
        var all = store.All();
        return new JsonObject
        {
            ["data"] = new JsonArray([.. all.Select(static s => s.Shown.DeepClone())]),
            ["has_more"] = false,
            ["first_id"] = all.FirstOrDefault()?.Id,
            ["last_id"] = all.LastOrDefault()?.Id,
        };
    }

    private static StoredObject Find(ObjectStore store, string id) => store.Find(id) ?? throw new Refusal(404, "Not found");

    private static string Text(DateTimeOffset time) => time.UtcDateTime.ToString("O", System.Globalization.CultureInfo.InvariantCulture);
}
