namespace StreamingContrastive.Learning.Evaluation;

/// <summary>
/// The k most similar rows seen so far, in a binary heap with the worst on top. Among equal similarities the lower row wins,
/// in whatever order rows are offered: similarity and row are packed into one number whose order is that rule.
/// </summary>
internal sealed class TopNeighbours(int capacity)
{
    private readonly ulong[] _keys = new ulong[capacity];
    private int _count;

    public void Offer(float similarity, int row)
    {
        ulong key = Pack(similarity, row);
        if (_count < _keys.Length)
        {
            SiftUp(_count++, key);
        }
        else if (key > _keys[0])
        {
            SiftDown(key);
        }
    }

    /// <summary>Writes the neighbours, the most similar first, and empties the heap.</summary>
    public ReadOnlySpan<Neighbour> Drain(Span<Neighbour> destination)
    {
        Span<ulong> keys = _keys.AsSpan(0, _count);
        keys.Sort();
        for (int i = 0; i < keys.Length; i++)
        {
            destination[i] = Unpack(keys[keys.Length - 1 - i]);
        }

        _count = 0;
        return destination[..keys.Length];
    }

    // Float bits order like integers once negative numbers are flipped; the row counts downwards so that the lower one is larger.
    private static ulong Pack(float similarity, int row)
    {
        int bits = BitConverter.SingleToInt32Bits(similarity + 0f); // + 0 makes -0 and 0 one value
        uint ordered = (uint)(bits ^ ((bits >> 31) | int.MinValue));
        return ((ulong)ordered << 32) | ~(uint)row;
    }

    private static Neighbour Unpack(ulong key)
    {
        int ordered = (int)(uint)(key >> 32);
        int bits = ordered < 0 ? ordered ^ int.MinValue : ~ordered;
        return new Neighbour((int)~(uint)key, BitConverter.Int32BitsToSingle(bits));
    }

    private void SiftUp(int hole, ulong key)
    {
        while (hole > 0 && key < _keys[(hole - 1) / 2])
        {
            _keys[hole] = _keys[(hole - 1) / 2];
            hole = (hole - 1) / 2;
        }

        _keys[hole] = key;
    }

    private void SiftDown(ulong key)
    {
        int hole = 0;
        for (int child = 1; child < _count; child = (2 * hole) + 1)
        {
            if (child + 1 < _count && _keys[child + 1] < _keys[child])
            {
                child++;
            }

            if (key <= _keys[child])
            {
                break;
            }

            _keys[hole] = _keys[child];
            hole = child;
        }

        _keys[hole] = key;
    }
}
