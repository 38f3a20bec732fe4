using System.Diagnostics.Metrics;
using Microsoft.Extensions.DependencyInjection;

namespace Tollgate.Tests.Telemetry;

/// <summary>One measurement as a listener gets it.</summary>
internal sealed record TakenMeasurement(string Instrument, double Value, Dictionary<string, object?> Tags);

/// <summary>Listens to the meters of one factory, so that tests that run at the same time do not hear each other.</summary>
internal sealed class MeasurementList : IDisposable
{
    private readonly MeterListener listener = new();
    private readonly List<TakenMeasurement> taken = [];

    public MeasurementList(IMeterFactory factory)
    {
        listener.InstrumentPublished = (instrument, listening) =>
        {
            if (!ReferenceEquals(instrument.Meter.Scope, factory)) return;
            Instruments.Add(instrument);
            listening.EnableMeasurementEvents(instrument);
        };
        listener.SetMeasurementEventCallback<long>((instrument, value, tags, _) => taken.Add(new(instrument.Name, value, new(tags.ToArray()))));
        listener.SetMeasurementEventCallback<double>((instrument, value, tags, _) => taken.Add(new(instrument.Name, value, new(tags.ToArray()))));
        listener.Start();
    }

    public List<Instrument> Instruments { get; } = [];

    public List<TakenMeasurement> Of(string instrument) => taken.FindAll(one => one.Instrument == instrument);

    /// <summary>Measurements so far.</summary>
    public int Count => taken.Count;

    /// <summary>Those that came after so many.</summary>
    public List<TakenMeasurement> Since(int count) => taken[count..];

    public List<TakenMeasurement> Observe(string instrument)
    {
        taken.Clear();
        listener.RecordObservableInstruments();
        return Of(instrument);
    }

    public void Dispose() => listener.Dispose();

    public static IMeterFactory NewFactory() =>
        new ServiceCollection().AddMetrics().BuildServiceProvider().GetRequiredService<IMeterFactory>();
}
