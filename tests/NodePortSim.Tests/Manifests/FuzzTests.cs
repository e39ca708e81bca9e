using System.Text;
using FsCheck;
using FsCheck.Fluent;
using NodePortSim.Manifests;
using NodePortSim.Net;

namespace NodePortSim.Tests.Manifests;

public class FuzzTests
{
    private const string Fragments = "&a |*a |<<: |- |? |: |, |[|]|{|}|\"|'|\\|\n|\n---\n|\t|#|!!int |!<x>|%YAML 1.2\n|...\n|~|true|0x|1e99|-0|\0|\uFEFF|\u0085|\uD800|é|😀|>-\n|\\u12|\\xZ|items: |kind: List\n";

    private static readonly string[] Manifests =
        [KubectlOutput.Service, KubectlOutput.EndpointSlice, KubectlOutput.Node, KubectlOutput.Pod, KubectlOutput.Deployment];

    [Fact]
    public void Random_text_never_throws() =>
        Prop.ForAll(ArbMap.Default.ArbFor<string>(), text => Reads(text ?? "")).Check(Config.QuickThrowOnFailure.WithMaxTest(2_000));

    [Fact]
    public void Random_bytes_never_throw()
    {
        for (ulong seed = 0; seed < 2_000; seed++)
        {
            var random = new RandomSource(seed);
            byte[] bytes = new byte[random.NextBelow(200)];
            for (int i = 0; i < bytes.Length; i++) bytes[i] = (byte)random.NextBelow(256);
            ReadsOrNamesSeed(Encoding.Latin1.GetString(bytes), seed);
            ReadsOrNamesSeed(Encoding.UTF8.GetString(bytes), seed);
        }
    }

    [Fact]
    public void Mutated_manifests_never_throw()
    {
        string[] fragments = Fragments.Split('|');
        for (ulong seed = 0; seed < 3_000; seed++)
        {
            var random = new RandomSource(seed);
            var text = new StringBuilder(Manifests[random.NextBelow((uint)Manifests.Length)]);
            uint mutations = 1 + random.NextBelow(8);
            for (uint i = 0; i < mutations; i++) Mutate(text, fragments, random);
            ReadsOrNamesSeed(text.ToString(), seed);
        }
    }

    [Fact]
    public void Values_of_any_type_in_any_field_never_throw()
    {
        string[] values = ["~", "[]", "{}", "[~]", "[[]]", "{a: ~}", "5", "-1", "1.5", "yes", "\"\"", "x", "99999999999999999999"];
        foreach (string manifest in Manifests)
        {
            string[] lines = manifest.Split('\n');
            for (int i = 0; i < lines.Length; i++)
            {
                int colon = lines[i].IndexOf(": ", StringComparison.Ordinal);
                if (colon < 0) continue;
                foreach (string value in values)
                {
                    string[] changed = [.. lines];
                    changed[i] = lines[i][..colon] + ": " + value;
                    Reads(string.Join('\n', changed)).Should().BeTrue();
                }
            }
        }
    }

    private static void Mutate(StringBuilder text, string[] fragments, RandomSource random)
    {
        int at = (int)random.NextBelow((uint)text.Length + 1);
        int length = (int)Math.Min(random.NextBelow(20), (uint)(text.Length - at));
        switch (random.NextBelow(4))
        {
            case 0: text.Remove(at, length); break;
            case 1: text.Insert(at, text.ToString(at, length)); break;
            case 2 when at < text.Length: text[at] = (char)random.NextBelow(0x250); break;
            default: text.Insert(at, fragments[random.NextBelow((uint)fragments.Length)]); break;
        }
    }

    private static void ReadsOrNamesSeed(string text, ulong seed)
    {
        Action read = () => Reads(text);
        read.Should().NotThrow($"seed {seed} makes the text {text}");
    }

    // What is read can be located, too: composing a document again gives the same nodes.
    private static bool Reads(string text)
    {
        ManifestResult result = ManifestReader.ReadText(text);
        foreach (ManifestObject manifest in result.Objects.Concat(result.Incomplete))
            manifest.Source.Locate("").Should().Be((manifest.Source.File, manifest.Source.Line, manifest.Source.Column));
        return result.Diagnostics.All(static d => d.Message.Length > 0);
    }
}
