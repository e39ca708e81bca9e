// Pages are followed one at a time: the working folder and the console belong to the whole process.
[assembly: CollectionBehavior(DisableTestParallelization = true)]
