namespace StreamWorker.Worker.Import;

/// <summary>The notations of the result.</summary>
internal enum OutputFormat
{
    /// <summary><c>appsettings.json</c>.</summary>
    Json,

    /// <summary>Environment variables, a line each, as <c>docker run --env-file</c> and ConfigMaps made from such files take them.</summary>
    Env,

    /// <summary>Values for the Helm chart.</summary>
    Helm,
}
