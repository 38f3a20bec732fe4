using System.Collections.Frozen;
using System.Text.Json.Nodes;
using Tollgate.Simulator.Content;
using Tollgate.Simulator.Wire;

namespace Tollgate.Simulator.OpenAI;

/// <summary>
/// Files, batches, fine-tuning jobs, assistants, threads, vector stores and the like: a store of true-shaped objects that
/// can be created, listed, read, changed and deleted. Nothing runs: a batch stays in its first state.
/// </summary>
internal static class StoredObjects
{
    private sealed record Shape(string Object, string Prefix, string? Status = null);

    private static readonly FrozenDictionary<string, Shape> Shapes = new Dictionary<string, Shape>(StringComparer.Ordinal)
    {
        ["files"] = new("file", "file-", "processed"),
        ["uploads"] = new("upload", "upload_", "pending"),
        ["batches"] = new("batch", "batch_", "validating"),
        ["jobs"] = new("fine_tuning.job", "ftjob-", "queued"),
        ["assistants"] = new("assistant", "asst_"),
        ["threads"] = new("thread", "thread_"),
        ["messages"] = new("thread.message", "msg_", "completed"),
        ["runs"] = new("thread.run", "run_", "queued"),
        ["vector_stores"] = new("vector_store", "vs_", "completed"),
        ["conversations"] = new("conversation", "conv_"),
        ["items"] = new("message", "msg_", "completed"),
        ["evals"] = new("eval", "eval_"),
        ["containers"] = new("container", "cntr_", "running"),
    }.ToFrozenDictionary(StringComparer.Ordinal);

    /// <summary>First segments of paths that lead here.</summary>
    public static bool Knows(string segment) => segment == "fine_tuning" || Shapes.ContainsKey(segment);

    /// <summary><paramref name="rest"/> is <c>kind[/id[/kind[/id]]][/action]</c>.</summary>
    public static async Task HandleAsync(Call call, ArraySegment<string> rest)
    {
        await call.BeginAsync();
        if (rest[0] == "fine_tuning") rest = rest[1..];
        // A thing inside a thing is kept under the path of its owner: threads/thread_1/messages.
        var depth = rest.Count > 2 && Shapes.ContainsKey(rest[2]) ? 2 : 0;
        if (rest.Count <= depth || !Shapes.TryGetValue(rest[depth], out var shape)) throw NoSuchPath(call);
        var store = call.Simulator.Store(string.Join('/', rest[..(depth + 1)].ToArray()));
        var id = rest.Count > depth + 1 ? rest[depth + 1] : null;
        var action = rest.Count > depth + 2 ? rest[depth + 2] : null;
        await ((call.Context.Request.Method, id, action) switch
        {
            ("POST", null, _) => CreateAsync(call, store, shape),
            ("GET", null, _) => call.SendAsync(List(store)),
            ("GET", { } one, null) => call.SendAsync(Find(store, one).Shown.DeepClone()),
            ("GET", { } one, "content") => call.SendBytesAsync(Find(store, one).Content, "application/octet-stream"),
            ("GET", { } one, _) when Find(store, one) is not null => call.SendAsync(new JsonObject { ["object"] = "list", ["data"] = new JsonArray(), ["has_more"] = false }),
            ("DELETE", { } one, null) => DeleteAsync(call, store, shape, one),
            ("POST", { } one, null) => ChangeAsync(call, store, one),
            ("POST", { } one, "cancel") => CancelAsync(call, store, one),
            _ => throw NoSuchPath(call),
        });
    }

    private static async Task CreateAsync(Call call, ObjectStore store, Shape shape)
    {
        var shown = new JsonObject
        {
            ["id"] = call.Simulator.Ids.Next(shape.Prefix, 24),
            ["object"] = shape.Object,
            ["created_at"] = call.Now,
        };
        var content = Array.Empty<byte>();
        if (call.Context.Request.HasFormContentType) content = await UploadAsync(call, shown);
        else if (call.Context.Request.ContentLength is not 0) Merge(shown, await call.ReadAsync());
        if (shape.Object == "thread.message" && shown.Text("content") is { } text)
        {
            shown["content"] = new JsonArray(new JsonObject { ["type"] = "text", ["text"] = new JsonObject { ["value"] = text, ["annotations"] = new JsonArray() } });
        }

        if (shape.Status is { } status) shown["status"] = status;
        store.Put(new StoredObject(shown.Text("id")!, shown, content));
        await call.SendAsync(shown.DeepClone());
    }

    private static async Task<byte[]> UploadAsync(Call call, JsonObject shown)
    {
        var form = await call.FormAsync();
        var file = form.Files.GetFile("file") ?? throw Refusal.Missing("file");
        using var content = new MemoryStream();
        await file.CopyToAsync(content, call.Aborted);
        shown["bytes"] = file.Length;
        shown["filename"] = file.FileName;
        shown["purpose"] = form["purpose"].FirstOrDefault() ?? throw Refusal.Missing("purpose");
        return content.ToArray();
    }

    private static JsonObject List(ObjectStore store)
    {
        var all = store.All();
        return new JsonObject
        {
            ["object"] = "list",
            ["data"] = new JsonArray([.. all.Select(static s => s.Shown.DeepClone())]),
            ["first_id"] = all.FirstOrDefault()?.Id,
            ["last_id"] = all.LastOrDefault()?.Id,
            ["has_more"] = false,
        };
    }

    private static async Task ChangeAsync(Call call, ObjectStore store, string id)
    {
        var stored = Find(store, id);
        var shown = (JsonObject)stored.Shown.DeepClone();
        if (call.Context.Request.ContentLength is not 0) Merge(shown, await call.ReadAsync());
        store.Put(stored with { Shown = shown });
        await call.SendAsync(shown.DeepClone());
    }

    private static async Task CancelAsync(Call call, ObjectStore store, string id)
    {
        var stored = Find(store, id);
        var shown = (JsonObject)stored.Shown.DeepClone();
        shown["status"] = "cancelled";
        store.Put(stored with { Shown = shown });
        await call.SendAsync(shown.DeepClone());
    }

    private static Task DeleteAsync(Call call, ObjectStore store, Shape shape, string id) =>
        store.Remove(id)
            ? call.SendAsync(new JsonObject { ["id"] = id, ["object"] = shape.Object == "file" ? "file" : shape.Object + ".deleted", ["deleted"] = true })
            : throw NoSuch(id);

    private static void Merge(JsonObject shown, JsonObject given)
    {
        foreach (var (name, value) in given)
        {
            if (name is not ("id" or "object" or "created_at")) shown[name] = value?.DeepClone();
        }
    }

    private static StoredObject Find(ObjectStore store, string id) => store.Find(id) ?? throw NoSuch(id);

    private static Refusal NoSuch(string id) => new(404, $"No such object: {id}", "id");

    private static Refusal NoSuchPath(Call call) =>
        new(404, $"Invalid URL ({call.Context.Request.Method} {call.Context.Request.Path})");
}
