using System.Reflection;
using System.Runtime.CompilerServices;
using NodePortSim.Assertions;
using NodePortSim.Simulation;
using PublicApiGenerator;

namespace NodePortSim.Tests.PublicApi;

/// <summary>
/// The public types and members of both libraries, approved in text files: a change of them is seen in a review. With NODEPORTSIM_APPROVE=1 in the
/// environment this test writes the files anew.
/// </summary>
public class PublicApiTests
{
    private static readonly ApiGeneratorOptions Options = new()
    {
        IncludeAssemblyAttributes = false,
        // What the compiler adds to records and async code says nothing to a reader.
        ExcludeAttributes = ["System.Runtime.CompilerServices.CompilerGeneratedAttribute", "System.Diagnostics.DebuggerDisplayAttribute"],
    };

    public static TheoryData<string> Libraries => ["NodePortSim", "NodePortSim.FluentAssertions"];

    [Theory]
    [MemberData(nameof(Libraries))]
    public void The_public_API_is_the_approved_one(string library)
    {
        Assembly assembly = library == "NodePortSim" ? typeof(Simulator).Assembly : typeof(ConnectionAssertions).Assembly;
        assembly.GetName().Name.Should().Be(library);
        string actual = assembly.GeneratePublicApi(Options).ReplaceLineEndings("\n").TrimEnd('\n') + "\n";
        if (Environment.GetEnvironmentVariable("NODEPORTSIM_APPROVE") == "1") File.WriteAllText(ApprovedFile(library), actual);
        else actual.Should().Be(Approved(library), "the public API is approved in tests/NodePortSim.Tests/PublicApi/{0}.txt (CONTRIBUTING.md says how to renew it)", library);
    }

    private static string Approved(string library)
    {
        using Stream? stream = typeof(PublicApiTests).Assembly.GetManifestResourceStream($"public-api/{library}.txt");
        if (stream is null) return "";
        using var reader = new StreamReader(stream);
        return reader.ReadToEnd();
    }

    private static string ApprovedFile(string library, [CallerFilePath] string source = "") => Path.Combine(Path.GetDirectoryName(source)!, $"{library}.txt");
}
