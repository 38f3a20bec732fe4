using System.Text.Json.Nodes;

namespace Tollgate.Simulator.Content;

/// <summary>Embeddings: a vector of length 1 that depends on the text alone.</summary>
internal static class UnitVector
{
    public static float[] Of(string text, int dimensions)
    {
        var state = Hashing.Of(text);
        var vector = new float[dimensions];
        var squares = 0.0;
        for (var i = 0; i < dimensions; i++)
        {
            vector[i] = (float)((Hashing.Next(ref state) >> 11) / (double)(1UL << 52)) - 1f;
            squares += vector[i] * (double)vector[i];
        }

        var length = (float)Math.Sqrt(squares);
        for (var i = 0; i < dimensions; i++) vector[i] /= length == 0 ? 1 : length;
        return vector;
    }

    public static JsonArray Json(float[] vector) => new([.. vector.Select(static v => JsonValue.Create(v))]);
}
