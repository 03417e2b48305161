using YamlDotNet.Core;
using YamlDotNet.Core.Events;

namespace StreamWorker.Worker.Import;

/// <summary>
/// Reads YAML as templates use it. CloudFormation's short forms are tags (<c>!GetAtt A.B</c>); they become the long forms (<c>Fn::GetAtt: [A, B]</c>), so that
/// nothing behind this knows two notations.
/// </summary>
internal sealed class YamlText
{
    private readonly Parser _parser;
    private readonly Dictionary<string, TemplateNode> _anchors = new(StringComparer.Ordinal);
    private int _depth;

    private YamlText(string text) => _parser = new Parser(new Scanner(new StringReader(text), skipComments: true));

    public static TemplateNode Read(string text)
    {
        var yaml = new YamlText(text);
        try
        {
            return yaml.Document();
        }
        catch (YamlException e)
        {
            throw new TemplateFormatException($"it is not valid YAML: {(e.InnerException?.Message ?? e.Message).TrimEnd('.')}", Place(e.Start), e);
        }
        catch (Exception e) when (e is not TemplateFormatException)
        {
            // The parser meets some texts with exceptions that are not its own, and without a place: what it read last is before it.
            throw new TemplateFormatException("it is not valid YAML here or in what follows", yaml._parser.Current is { } last ? Place(last.End) : null, e);
        }
    }

    private static Position Place(Mark mark) => new((int)mark.Line, (int)mark.Column);

    private TemplateNode Document()
    {
        _parser.Consume<StreamStart>();
        if (_parser.Accept<StreamEnd>(out _))
            throw new TemplateFormatException("it is empty");
        _parser.Consume<DocumentStart>();
        var root = Node();
        _parser.Consume<DocumentEnd>();
        return _parser.Accept<DocumentStart>(out var second) ? throw new TemplateFormatException("it has a second document, and a template is one", Place(second.Start)) : root;
    }

    private TemplateNode Node()
    {
        if (_parser.TryConsume<AnchorAlias>(out var alias))
            return _anchors.TryGetValue(alias.Value.Value, out var known) ? known : throw new TemplateFormatException($"'*{alias.Value.Value}' refers to nothing before it", Place(alias.Start));

        var start = _parser.Require<NodeEvent>();
        var at = Place(start.Start);
        if (++_depth > TemplateText.MaximumDepth)
            throw TemplateText.TooDeep(at);
        TemplateNode node = start switch
        {
            MappingStart => Map(at),
            SequenceStart => List(at),
            _ => Scalar(at),
        };
        _depth--;
        node = LongForm(start.Tag, node);
        if (!start.Anchor.IsEmpty)
            _anchors[start.Anchor.Value] = node;
        return node;
    }

    private ScalarNode Scalar(Position at)
    {
        var scalar = _parser.Consume<Scalar>();
        return new ScalarNode(at, scalar.Value, isQuoted: scalar.Style != ScalarStyle.Plain);
    }

    private ListNode List(Position at)
    {
        _parser.Consume<SequenceStart>();
        var members = new List<TemplateNode>();
        while (!_parser.TryConsume<SequenceEnd>(out _))
            members.Add(Node());
        return new ListNode(at, members);
    }

    private MapNode Map(Position at)
    {
        _parser.Consume<MappingStart>();
        var members = new Dictionary<string, TemplateNode>(StringComparer.Ordinal);
        var merged = new List<MapNode>();
        while (!_parser.TryConsume<MappingEnd>(out _))
        {
            var key = Node();
            if (key is not ScalarNode { Text: var name })
                throw new TemplateFormatException("a key must be a plain word", key.At);
            var value = Node();
            if (name == "<<")
                merged.AddRange(value is ListNode list ? list.Members.OfType<MapNode>() : value is MapNode map ? [map] : []);
            else if (!members.TryAdd(name, value))
                throw TemplateText.Twice(name, key.At);
        }

        foreach (var (name, value) in merged.SelectMany(map => map.Members))
            members.TryAdd(name, value);
        return new MapNode(at, [.. members]);
    }

    private static TemplateNode LongForm(TagName tag, TemplateNode node)
    {
        if (tag.IsEmpty || tag.IsNonSpecific || tag.Value is not ['!', .. var name] || name.StartsWith('!'))
            return node;
        var key = name is "Ref" or "Condition" ? name : $"Fn::{name}";
        return new MapNode(node.At, [new(key, node)]);
    }
}
