using System.Buffers;

namespace NodePortSim.Benchmarks;

/// <summary>Takes bytes, and keeps nothing but their number.</summary>
internal sealed class CountingWriter : IBufferWriter<byte>
{
    private byte[] _buffer = new byte[1 << 20];

    public int Count { get; private set; }

    public void Advance(int count) => Count += count;

    public Memory<byte> GetMemory(int sizeHint = 0)
    {
        if (_buffer.Length < sizeHint) _buffer = new byte[sizeHint];
        return _buffer;
    }

    public Span<byte> GetSpan(int sizeHint = 0) => GetMemory(sizeHint).Span;
}
