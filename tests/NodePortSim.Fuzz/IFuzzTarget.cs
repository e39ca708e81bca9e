using NodePortSim.Net;

namespace NodePortSim.Fuzz;

/// <summary>Something that takes any input whatever.</summary>
internal interface IFuzzTarget
{
    /// <summary>The name that the command line and reports give it.</summary>
    string Name { get; }

    /// <summary>Makes an input. Equal generators give equal inputs.</summary>
    string Make(RandomSource random);

    /// <summary>Hands an input over, and checks what must hold whatever it is.</summary>
    /// <exception cref="Exception">Anything that is thrown is a finding.</exception>
    void Check(string input);
}
