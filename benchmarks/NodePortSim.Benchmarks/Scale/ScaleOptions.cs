using System.Globalization;

namespace NodePortSim.Benchmarks.Scale;

/// <summary>What <c>scale</c> is asked for.</summary>
/// <param name="Nodes">How many nodes, 2 or more.</param>
/// <param name="Services">How many NodePort Services.</param>
/// <param name="Endpoints">How many endpoints each Service has.</param>
/// <param name="LocalEvery">Every how manyth Service has externalTrafficPolicy Local; 0 means none.</param>
/// <param name="Connections">How many connections are opened through two of the nodes.</param>
internal sealed record ScaleOptions(int Nodes, int Services, int Endpoints, int LocalEvery, int Connections)
{
    public const string Usage = "usage: scale --nodes N --services S --endpoints E [--local FRACTION] [--connections C]";

    public static ScaleOptions? Parse(ReadOnlySpan<string> arguments)
    {
        int nodes = 0, services = 0, endpoints = 0, connections = 100_000;
        double local = 0.1;
        for (int i = 0; i < arguments.Length; i += 2)
        {
            if (i + 1 < arguments.Length && arguments[i] == "--local")
            {
                if (!double.TryParse(arguments[i + 1], NumberStyles.AllowDecimalPoint, CultureInfo.InvariantCulture, out local) || local > 0.5) return null;
                continue;
            }

            if (i + 1 == arguments.Length || !int.TryParse(arguments[i + 1], NumberStyles.None, CultureInfo.InvariantCulture, out int value)) return null;
            switch (arguments[i])
            {
                case "--nodes": nodes = value; break;
                case "--services": services = value; break;
                case "--endpoints": endpoints = value; break;
                case "--connections": connections = value; break;
                default: return null;
            }
        }

        int localEvery = local == 0 ? 0 : (int)Math.Round(1 / local);
        return nodes < 2 || services < 1 || endpoints < 1 || connections < 1 ? null : new ScaleOptions(nodes, services, endpoints, localEvery, connections);
    }
}
