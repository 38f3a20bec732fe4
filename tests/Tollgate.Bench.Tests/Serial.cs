// Allocations are counted for the whole process, so nothing may run beside.
[assembly: CollectionBehavior(DisableTestParallelization = true)]
