using System.Globalization;
using System.Text;
using System.Xml;

namespace NodePortSim.Scenarios;

/// <summary>Prints results of scenarios as JUnit XML, which CI systems read: a suite for each scenario, a case for each step. Thread-safe.</summary>
public static class ScenarioJUnit
{
    /// <summary>The XML text.</summary>
    /// <param name="results">The results.</param>
    public static string Write(IReadOnlyList<ScenarioResult> results)
    {
        ArgumentNullException.ThrowIfNull(results);
        using var buffer = new Utf8Writer();
        using (XmlWriter xml = XmlWriter.Create(buffer, new XmlWriterSettings { Indent = true, NewLineChars = "\n", CheckCharacters = false }))
        {
            xml.WriteStartElement("testsuites");
            WriteCounts(xml, results.Sum(static result => result.Steps.Count), results.Sum(FailuresOf));
            foreach (ScenarioResult result in results) Write(xml, result);
            xml.WriteEndElement();
        }

        return buffer.Append('\n').ToString();
    }

    private static void Write(XmlWriter xml, ScenarioResult result)
    {
        xml.WriteStartElement("testsuite");
        xml.WriteAttributeString("name", result.Name);
        WriteCounts(xml, result.Steps.Count, FailuresOf(result));
        foreach (ScenarioStepResult step in result.Steps)
        {
            xml.WriteStartElement("testcase");
            xml.WriteAttributeString("classname", result.Name);
            xml.WriteAttributeString("name", string.Create(CultureInfo.InvariantCulture, $"[{step.Index}] {ScenarioText.Title(step.Step)}"));
            if (!step.Passed)
            {
                xml.WriteStartElement("failure");
                xml.WriteAttributeString("message", step.Failures[0]);
                xml.WriteString(string.Join('\n', step.Failures.Concat(step.Trace)));
                xml.WriteEndElement();
            }

            xml.WriteEndElement();
        }

        xml.WriteEndElement();
    }

    private static void WriteCounts(XmlWriter xml, int tests, int failures)
    {
        xml.WriteAttributeString("tests", tests.ToString(CultureInfo.InvariantCulture));
        xml.WriteAttributeString("failures", failures.ToString(CultureInfo.InvariantCulture));
        xml.WriteAttributeString("errors", "0");
    }

    private static int FailuresOf(ScenarioResult result) => result.Steps.Count(static step => !step.Passed);

    /// <summary>A text that calls itself UTF-8, as the printed file is.</summary>
    private sealed class Utf8Writer() : StringWriter(CultureInfo.InvariantCulture)
    {
        public override Encoding Encoding => Encoding.UTF8;

        public Utf8Writer Append(char value)
        {
            Write(value);
            return this;
        }
    }
}
