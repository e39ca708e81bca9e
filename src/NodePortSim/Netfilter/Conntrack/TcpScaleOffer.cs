namespace NodePortSim.Netfilter.Conntrack;

/// <summary>The window scale option of a SYN: whether there was one, and its scale; 4 bits.</summary>
/// <param name="Bits">0 for no option; otherwise the scale plus 1.</param>
internal readonly record struct TcpScaleOffer(byte Bits)
{
    private const int MaxScale = 14;

    /// <summary>Whether the SYN carried the option.</summary>
    public bool IsMade => Bits != 0;

    /// <summary>The scale, 0 to 14 bits.</summary>
    public int Scale => Math.Max(Bits - 1, 0);

    /// <summary>The offer, made or not, with scale 0.</summary>
    public TcpScaleOffer WithoutEffect => new(Math.Min(Bits, (byte)1));

    /// <summary>The offer of a scale, of 14 bits at most.</summary>
    public static TcpScaleOffer Of(int scale) => new((byte)(Math.Min(scale, MaxScale) + 1));
}
