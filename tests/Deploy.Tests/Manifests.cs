using k8s;
using k8s.Models;

namespace StreamWorker.Deploy.Tests;

/// <summary>A rendered chart, read strictly: a field that Kubernetes does not know fails the reading.</summary>
internal sealed class Manifests(IEnumerable<object> objects)
{
    public IReadOnlyList<IKubernetesObject<V1ObjectMeta>> All { get; } = [.. objects.Cast<IKubernetesObject<V1ObjectMeta>>()];

    public V1Deployment Deployment => All.OfType<V1Deployment>().Single();

    public V1PodSpec Pod => Deployment.Spec.Template.Spec;

    public V1Container Worker => Pod.Containers.Single(container => container.Name == "streamworker");

    public V1ConfigMap ConfigMap => All.OfType<V1ConfigMap>().Single();

    public IDictionary<string, string> Environment => ConfigMap.Data;

    public string Checksum => Deployment.Spec.Template.Metadata.Annotations["checksum/config"];

    public string? Variable(string name) => Worker.Env.SingleOrDefault(variable => variable.Name == name)?.Value;
}
