using System.Diagnostics;
using System.Globalization;
using NodePortSim.Fuzz;

// Usage: NodePortSim.Fuzz [--minutes 10] [--seed 1] [--target all] [--first 0] [--findings DIRECTORY]. Exit code 0 if nothing was found.
double minutes = 10;
ulong seed = 1;
long first = 0;
string targetName = "all", findings = "fuzz-findings";
for (int i = 0; i + 1 < args.Length; i += 2)
{
    string value = args[i + 1];
    switch (args[i])
    {
        case "--minutes":
            minutes = double.Parse(value, CultureInfo.InvariantCulture);
            break;
        case "--seed":
            seed = ulong.Parse(value, CultureInfo.InvariantCulture);
            break;
        case "--first":
            first = long.Parse(value, CultureInfo.InvariantCulture);
            break;
        case "--target":
            targetName = value;
            break;
        case "--findings":
            findings = value;
            break;
        default:
            Console.Error.WriteLine($"unknown option {args[i]}");
            return 2;
    }
}

IFuzzTarget[] targets = [.. FuzzRun.Targets.Where(target => targetName == "all" || target.Name == targetName)];
if (targets.Length == 0 || args.Length % 2 != 0)
{
    Console.Error.WriteLine($"--target is all or one of {string.Join(", ", FuzzRun.Targets.Select(static target => target.Name))}; every option has a value");
    return 2;
}

// An input that takes this long is a finding too, even where it ends well.
var tooLong = TimeSpan.FromSeconds(20);
const int MaxFindings = 20;
const int RoundOfEach = 20;
int found = 0;
var counts = new long[targets.Length];
var watch = Stopwatch.StartNew();
TimeSpan reported = TimeSpan.Zero;
for (long iteration = first; watch.Elapsed < TimeSpan.FromMinutes(minutes) && found < MaxFindings; iteration += RoundOfEach)
{
    for (int t = 0; t < targets.Length; t++)
    {
        for (long i = iteration; i < iteration + RoundOfEach; i++)
        {
            TimeSpan start = watch.Elapsed;
            FuzzFinding? finding = FuzzRun.Iterate(targets[t], seed, i);
            if (watch.Elapsed - start > tooLong) finding ??= new FuzzFinding(targets[t].Name, seed, i, FuzzRun.Input(targets[t], seed, i), new FuzzException($"it took {watch.Elapsed - start}"));
            counts[t]++;
            if (finding is null) continue;
            found++;
            Directory.CreateDirectory(findings);
            string file = Path.Combine(findings, $"{finding.Target}-{finding.Seed}-{finding.Iteration}.txt");
            File.WriteAllText(file, finding.Input);
            Console.WriteLine($"{finding}\n  input saved in {file}");
        }
    }

    if (watch.Elapsed - reported < TimeSpan.FromSeconds(10)) continue;
    reported = watch.Elapsed;
    Console.WriteLine($"{reported:mm\\:ss} seed {seed}, up to iteration {iteration + RoundOfEach}: {found} findings");
}

Console.WriteLine($"{string.Join(", ", targets.Zip(counts, static (target, count) => $"{target.Name} {count}"))}: {found} findings");
return found == 0 ? 0 : 1;
