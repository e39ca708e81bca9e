using System.Text;

namespace NodePortSim.DocsTests;

public class PageTests
{
    /// <summary>Set to 1, pages are given the outputs of today instead of being compared with them.</summary>
    private const string Update = "NODEPORTSIM_UPDATE_DOCS";

    public static TheoryData<string> Pages => [.. DocumentPage.Names];

    [Theory]
    [MemberData(nameof(Pages))]
    public void Every_code_block_of_a_page_runs_and_prints_what_the_page_says(string name)
    {
        DocumentPage page = DocumentPage.Read(name);
        var run = new PageRun(page);
        run.Follow();
        if (Environment.GetEnvironmentVariable(Update) == "1" && run.Text != page.Text)
        {
            File.WriteAllText(Repository.PathOf(name), run.Text, new UTF8Encoding(encoderShouldEmitUTF8Identifier: false));
            return;
        }

        run.Text.Should().Be(page.Text, "{0} shows outputs of today; {1}=1 pastes them anew", name, Update);
    }

    [Theory]
    [MemberData(nameof(Pages))]
    public void Links_of_a_page_lead_somewhere(string name)
    {
        foreach (string link in DocumentPage.Read(name).Links)
        {
            if (link.Contains("://", StringComparison.Ordinal)) continue;
            string[] parts = link.Split('#', 2);
            string target = parts[0].Length == 0 ? name : Repository.NameOf(Path.GetFullPath(Path.Combine(Path.GetDirectoryName(Repository.PathOf(name))!, parts[0])));
            Path.Exists(Repository.PathOf(target)).Should().BeTrue("{0} links to {1}", name, link);
            if (parts.Length == 2) DocumentPage.Read(target).Anchors.Should().Contain(parts[1], "{0} links to {1}", name, link);
        }
    }
}
