using System.Reflection;
using Microsoft.CodeAnalysis;
using Microsoft.CodeAnalysis.CSharp;

namespace NodePortSim.DocsTests;

/// <summary>C# of a page: compiled as a program or a test class, and run.</summary>
internal static class CSharpProgram
{
    private const string ImplicitUsings =
        """
        global using System;
        global using System.Collections.Generic;
        global using System.IO;
        global using System.Linq;
        global using System.Threading;
        global using System.Threading.Tasks;
        """;

    /// <summary>A package was built against an older version of a framework assembly: usual, and projects suppress it by default.</summary>
    private const string UnifiedVersions = "CS1701";

    private static int _compiled;

    private static readonly MetadataReference[] References =
    [
        .. ((string)AppContext.GetData("TRUSTED_PLATFORM_ASSEMBLIES")!).Split(Path.PathSeparator).Select(static path => MetadataReference.CreateFromFile(path)),
    ];

    /// <summary>Compiles the code and runs it: its top-level statements, or the facts of its classes.</summary>
    /// <returns>What it wrote to the console.</returns>
    public static string Run(string code)
    {
        Assembly assembly = Compile(code);
        TextWriter before = Console.Out;
        using var output = new StringWriter { NewLine = "\n" };
        Console.SetOut(output);
        try
        {
            if (assembly.EntryPoint is { } main) main.Invoke(null, main.GetParameters().Length == 0 ? [] : [Array.Empty<string>()]);
            else RunFacts(assembly);
        }
        finally
        {
            Console.SetOut(before);
        }

        return output.ToString();
    }

    private static Assembly Compile(string code)
    {
        SyntaxTree tree = CSharpSyntaxTree.ParseText(code);
        bool isProgram = tree.GetRoot().ChildNodes().Any(static node => node.IsKind(SyntaxKind.GlobalStatement));
        CSharpCompilation compilation = CSharpCompilation.Create(
            "Page" + ++_compiled,
            [tree, CSharpSyntaxTree.ParseText(ImplicitUsings)],
            References,
            new CSharpCompilationOptions(isProgram ? OutputKind.ConsoleApplication : OutputKind.DynamicallyLinkedLibrary, nullableContextOptions: NullableContextOptions.Enable)
                .WithSpecificDiagnosticOptions([new(UnifiedVersions, ReportDiagnostic.Suppress)]));
        using var image = new MemoryStream();
        Microsoft.CodeAnalysis.Emit.EmitResult result = compilation.Emit(image);
        string[] complaints = [.. result.Diagnostics.Where(static d => d.Severity >= DiagnosticSeverity.Warning).Select(static d => d.ToString())];
        complaints.Should().BeEmpty("the page's code compiles without warnings:\n{0}", code);
        return Assembly.Load(image.ToArray());
    }

    private static void RunFacts(Assembly assembly)
    {
        MethodInfo[] facts = [.. assembly.GetTypes().SelectMany(static type => type.GetMethods()).Where(static method => method.GetCustomAttribute<FactAttribute>() is not null)];
        facts.Should().NotBeEmpty("code without statements has tests");
        foreach (MethodInfo fact in facts) fact.Invoke(Activator.CreateInstance(fact.DeclaringType!), []);
    }
}
