using CsCheck;
using StreamWorker.Normalization;

namespace StreamWorker.Core.Tests.Normalization;

/// <summary>The laws of differences between images.</summary>
public sealed class ChangePropertyTests
{
    private static readonly int s_iterations = Effort.Of(2000);

    private static readonly Gen<(TypedValue.Map Before, TypedValue.Map After)> s_pairs = Gen.Select(TypedValue.Items, TypedValue.Items, Gen.Int[0, int.MaxValue])
        .Select((one, other, seed) => (one, new TypedVariation(seed).Vary(one, other)));

    [Fact]
    public void Item_does_not_differ_from_itself_however_it_is_written() => Gen.Select(TypedValue.Items, Gen.Int[0, int.MaxValue], Gen.Bool).Sample(
        (item, seed, isEscaped) => Assert.Empty(Change(item, new TypedVariation(seed).Rewrite(item), isEscaped).GetChanges()),
        iter: s_iterations);

    [Fact]
    public void Changes_applied_in_order_to_the_old_image_give_the_new_one() => s_pairs.Sample(
        pair =>
        {
            var applied = pair.Before;
            var changes = Change(pair.Before, pair.After, isEscaped: false).GetChanges();

            foreach (var change in changes)
                applied = (TypedValue.Map)Apply(applied, ItemPath.Parse(change.Path), change.NewValue)!;

            Assert.True(TypedVariation.AreSame(pair.After, applied));
            Assert.Equal(TypedVariation.AreSame(pair.Before, pair.After), changes.Count == 0);
        },
        iter: s_iterations);

    [Fact]
    public void Changes_the_other_way_round_are_the_same_with_old_and_new_exchanged() => s_pairs.Sample(
        pair =>
        {
            var there = Change(pair.Before, pair.After, isEscaped: false).GetChanges();
            var back = Change(pair.After, pair.Before, isEscaped: false).GetChanges();

            Assert.Equal(
                there.Select(change => (change.Path, change.OldValue?.ToString(), change.NewValue?.ToString())).Order(),
                back.Select(change => (change.Path, change.NewValue?.ToString(), change.OldValue?.ToString())).Order());
        },
        iter: s_iterations);

    [Fact]
    public void Attribute_has_changed_exactly_when_a_change_is_at_it_or_inside_it() => s_pairs.Sample(
        pair =>
        {
            var record = Change(pair.Before, pair.After, isEscaped: false);
            var changed = record.GetChanges().Select(change => ItemPath.Parse(change.Path)[0].Name).ToHashSet();

            foreach (var name in pair.Before.Members.Concat(pair.After.Members).Select(member => member.Key))
                Assert.Equal(changed.Contains(name), record.HasChanged(new AttributePlace(null, name).ToString()));
            Assert.All(record.GetChanges(), change => Assert.True(record.HasChanged(change.Path), change.Path));
        },
        iter: s_iterations);

    [Fact]
    public void Large_items_are_compared_member_by_member()
    {
        const int Count = 50_000;
        static StreamRecord Large(Func<int, string> before, Func<int, string> after, string open, string close) => Records.WithChange(
            $"\"OldImage\":{{\"a\":{open}{string.Join(',', Enumerable.Range(0, Count).Select(before))}{close}}},\"NewImage\":{{\"a\":{open}{string.Join(',', Enumerable.Range(0, Count).Reverse().Select(after))}{close}}}");

        var map = Large(i => $$"""{"n{{i}}":{"N":"1"}"""[1..], i => $$"""{"n{{i}}":{"N":"{{(i % 2 == 0 ? "1.0" : "2")}}"}"""[1..], "{\"M\":{", "}}");
        var set = Large(i => $"\"{i}\"", i => $"\"{i}.0\"", "{\"NS\":[", "]}");
        var list = Large(i => $$"""{"N":"{{i}}"}""", i => $$"""{"N":"{{Count - 1 - i}}.0"}""", "{\"L\":[", "]}");

        Assert.Equal(Count / 2, map.GetChanges().Count);
        Assert.Empty(set.GetChanges());
        Assert.Empty(list.GetChanges());
    }

    private static StreamRecord Change(TypedValue.Map before, TypedValue.Map after, bool isEscaped)
    {
        string Typed(TypedValue.Map map) => TypedValue.Write(writer => map.WriteMembers(writer, (value, w) => value.WriteTyped(w)), isEscaped);
        return Records.WithChange($"\"OldImage\":{Typed(before)},\"NewImage\":{Typed(after)}");
    }

    /// <summary>Puts a value at a path, or takes it away when there is none.</summary>
    private static TypedValue? Apply(TypedValue? target, List<ItemPath.Step> path, AttributeValue? value)
    {
        if (path.Count == 0)
            return value is { } given ? TypedValue.Of(given) : null;
        var inside = path[1..];
        switch (target)
        {
            case TypedValue.Map map when path[0].Name is { } name:
                var old = map.Members.FirstOrDefault(member => member.Key == name).Value;
                var members = map.Members.Where(member => member.Key != name);
                return new TypedValue.Map([.. Apply(old, inside, value) is { } member ? members.Append(new(name, member)) : members]);
            case TypedValue.List list when path[0].Index <= list.Members.Length:
                var index = path[0].Index;
                var element = Apply(list.Members.ElementAtOrDefault(index), inside, value);
                return new TypedValue.List([.. list.Members.Take(index), .. element is null ? [] : new[] { element }, .. list.Members.Skip(index + 1)]);
            default:
                throw new InvalidOperationException($"Nothing is at {string.Join('/', path)}.");
        }
    }
}
