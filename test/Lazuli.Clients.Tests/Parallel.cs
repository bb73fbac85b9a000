// Clients wait for machines more than they compute.
[assembly: CollectionBehavior(MaxParallelThreads = 3)]
