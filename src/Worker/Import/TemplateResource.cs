namespace StreamWorker.Worker.Import;

/// <summary>A resource of a template.</summary>
internal sealed record TemplateResource(string LogicalId, string Type, MapNode Properties, string? Condition, Position At);
