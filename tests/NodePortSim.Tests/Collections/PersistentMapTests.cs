using NodePortSim.Collections;
using NodePortSim.Net;

namespace NodePortSim.Tests.Collections;

/// <summary>The persistent map against the framework's sorted dictionary, on random series of changes.</summary>
public class PersistentMapTests
{
    [Fact]
    public void Random_changes_lead_where_a_sorted_dictionary_leads_and_leave_older_versions_alone()
    {
        for (ulong seed = 1; seed <= 20; seed++)
        {
            var random = new RandomSource(seed);
            var expected = new SortedDictionary<int, string>();
            PersistentMap<int, string> map = PersistentMap<int, string>.Empty;
            for (int step = 0; step < 40; step++)
            {
                (SortedDictionary<int, string> expectedBefore, PersistentMap<int, string> before) = (new(expected), map);
                for (int i = 0; i < 30; i++)
                {
                    int key = (int)random.NextBelow(600);
                    if (random.NextBelow(3) == 0)
                    {
                        expected.Remove(key);
                        map = map.Without(key);
                    }
                    else
                    {
                        string value = $"{step}.{i}";
                        expected[key] = value;
                        map = map.With(key, value);
                    }
                }

                map.Values.Should().Equal(expected.Values, "seed {0}", seed);
                map.Count.Should().Be(expected.Count);
                before.Values.Should().Equal(expectedBefore.Values);
                for (int key = 0; key < 600; key += 7) map[key].Should().Be(expected.GetValueOrDefault(key));
                map.From(300).Select(static entry => entry.Key).Should().Equal(expected.Keys.Where(static key => key >= 300));
                PersistentMap<int, string>.Changes(before, map).Should().Equal(
                    expected.Keys.Union(expectedBefore.Keys).Order()
                        .Where(key => !ReferenceEquals(expected.GetValueOrDefault(key), expectedBefore.GetValueOrDefault(key)))
                        .Select(key => new MapChange<int, string>(key, expectedBefore.GetValueOrDefault(key), expected.GetValueOrDefault(key))));
            }
        }
    }

    [Fact]
    public void Of_equal_keys_the_later_one_counts_and_one_change_shares_all_pieces_but_one()
    {
        PersistentMap<int, string> map = PersistentMap<int, string>.From([3, 1, 3, 2], ["old", "one", "new", "two"]);
        map.Values.Should().Equal("one", "two", "new");

        int[] keys = [.. Enumerable.Range(0, 10_000)];
        PersistentMap<int, string> large = PersistentMap<int, string>.From(keys, [.. keys.Select(static key => $"{key}")]);
        long before = GC.GetAllocatedBytesForCurrentThread();
        PersistentMap<int, string> changed = large.With(5000, "other");
        (GC.GetAllocatedBytesForCurrentThread() - before).Should().BeLessThan(4000);
        PersistentMap<int, string>.Changes(large, changed).Should().Equal(new MapChange<int, string>(5000, "5000", "other"));
    }
}
