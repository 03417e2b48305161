using k8s.Models;

namespace StreamWorker.Deploy.Tests;

public sealed class ChartTests(Helm helm)
{
    // What the host adds to the drain time-out for its last checkpoints and the release of its leases.
    private const int HostSeconds = 10;

    public static TheoryData<string> Examples => [.. Helm.Examples];

    [Theory, MemberData(nameof(Examples))]
    public async Task Example_passes_the_strict_lint(string example)
    {
        var result = await helm.RunAsync("lint", "--strict", Repository.Chart, "--values", Path.Combine(Repository.Chart, "ci", example));

        Assert.True(result.ExitCode == 0, result.Output + result.Error);
    }

    [Fact]
    public async Task Default_values_pass_the_strict_lint()
    {
        var result = await helm.RunAsync("lint", "--strict", Repository.Chart);

        Assert.True(result.ExitCode == 0, result.Output + result.Error);
    }

    [Theory, MemberData(nameof(Examples))]
    public async Task Probes_ask_the_three_health_paths_on_the_management_port(string example)
    {
        var worker = (await helm.RenderAsync(example)).Worker;

        Assert.Equal("/healthz/startup", worker.StartupProbe.HttpGet.Path);
        Assert.Equal("/healthz/live", worker.LivenessProbe.HttpGet.Path);
        Assert.Equal("/healthz/ready", worker.ReadinessProbe.HttpGet.Path);
        Assert.All([worker.StartupProbe, worker.LivenessProbe, worker.ReadinessProbe], probe => Assert.Equal("management", probe.HttpGet.Port.Value));
        var port = Assert.Single(worker.Ports);
        Assert.Equal(("management", 8081), (port.Name, port.ContainerPort));
        Assert.Equal("8081", worker.Env.Single(variable => variable.Name == "ASPNETCORE_HTTP_PORTS").Value);
    }

    [Theory, MemberData(nameof(Examples))]
    public async Task Pod_meets_the_restricted_security_standard(string example)
    {
        var manifests = await helm.RenderAsync(example);

        Assert.True(manifests.Pod.SecurityContext.RunAsNonRoot);
        Assert.Equal("RuntimeDefault", manifests.Pod.SecurityContext.SeccompProfile.Type);
        var security = manifests.Worker.SecurityContext;
        Assert.True(security.RunAsNonRoot);
        Assert.Equal(1654, security.RunAsUser);
        Assert.Equal(1654, security.RunAsGroup);
        Assert.True(security.ReadOnlyRootFilesystem);
        Assert.False(security.AllowPrivilegeEscalation);
        Assert.Equal(["ALL"], security.Capabilities.Drop);
        Assert.Null(security.Capabilities.Add);
        Assert.Null(security.Privileged);
    }

    [Theory, MemberData(nameof(Examples))]
    public async Task Kubernetes_token_is_not_mounted(string example)
    {
        var manifests = await helm.RenderAsync(example);

        Assert.False(manifests.Pod.AutomountServiceAccountToken);
        Assert.All(manifests.All.OfType<V1ServiceAccount>(), account => Assert.False(account.AutomountServiceAccountToken));
    }

    [Theory, MemberData(nameof(Examples))]
    public async Task Only_tmp_is_writable(string example)
    {
        var manifests = await helm.RenderAsync(example);

        var writable = manifests.Worker.VolumeMounts.Where(mount => mount.ReadOnlyProperty is not true).Select(mount => mount.MountPath);
        Assert.Equal(["/tmp"], writable);
        Assert.NotNull(manifests.Pod.Volumes.Single(volume => volume.Name == "tmp").EmptyDir);
    }

    [Theory, MemberData(nameof(Examples))]
    public async Task Grace_period_outlasts_drain_and_host(string example)
    {
        var manifests = await helm.RenderAsync(example);

        var drain = TimeSpan.Parse(manifests.Environment["StreamWorker__DrainTimeout"], System.Globalization.CultureInfo.InvariantCulture);
        Assert.True(manifests.Pod.TerminationGracePeriodSeconds > drain.TotalSeconds + HostSeconds);
    }

    [Theory]
    [InlineData("00:00:00", 25)]
    [InlineData("00:00:20", 45)]
    [InlineData("00:00:08.0", 33)]
    [InlineData("00:00:08.0000001", 34)]
    [InlineData("00:10:09", 634)]
    [InlineData("01:00:00", 3625)]
    [InlineData("1.00:00:00.5", 86426)]
    public async Task Grace_period_is_the_drain_timeout_and_25_seconds(string drain, long expected)
    {
        var manifests = await helm.RenderAsync("console-values.yaml", $"config.DrainTimeout=\"{drain}\"");

        Assert.Equal(expected, manifests.Pod.TerminationGracePeriodSeconds);
    }

    [Theory, MemberData(nameof(Examples))]
    public async Task Selectors_are_part_of_the_pods_labels(string example)
    {
        var manifests = await helm.RenderAsync(example);

        var labels = manifests.Deployment.Spec.Template.Metadata.Labels;
        var selectors = manifests.All.OfType<V1Service>().Select(service => service.Spec.Selector)
            .Concat(manifests.All.OfType<V1PodDisruptionBudget>().Select(budget => budget.Spec.Selector.MatchLabels))
            .Concat(manifests.Pod.TopologySpreadConstraints.Select(constraint => constraint.LabelSelector.MatchLabels))
            .Append(manifests.Deployment.Spec.Selector.MatchLabels);
        Assert.All(selectors, selector => Assert.Superset(selector.ToHashSet(), labels.ToHashSet()));
        Assert.Equal(["app.kubernetes.io/instance", "app.kubernetes.io/name"], manifests.Deployment.Spec.Selector.MatchLabels.Keys.Order(StringComparer.Ordinal));
    }

    [Theory, MemberData(nameof(Examples))]
    public async Task Objects_are_named_labelled_and_in_the_releases_namespace(string example)
    {
        var manifests = await helm.RenderAsync(example);

        Assert.All(manifests.All, item =>
        {
            Assert.Equal("shop", item.Metadata.NamespaceProperty);
            Assert.Equal("orders", item.Metadata.Labels["app.kubernetes.io/instance"]);
            Assert.Equal("worker", item.Metadata.Labels["app.kubernetes.io/component"]);
            Assert.Equal("Helm", item.Metadata.Labels["app.kubernetes.io/managed-by"]);
        });
    }

    [Theory, MemberData(nameof(Examples))]
    public async Task Rollout_starts_a_new_pod_before_it_stops_an_old_one(string example)
    {
        var strategy = (await helm.RenderAsync(example)).Deployment.Spec.Strategy;

        Assert.Equal(("RollingUpdate", "1", "0"), (strategy.Type, strategy.RollingUpdate.MaxSurge.Value, strategy.RollingUpdate.MaxUnavailable.Value));
    }

    [Theory, MemberData(nameof(Examples))]
    public async Task Memory_is_promised_in_full_and_cpu_is_not_limited(string example)
    {
        var resources = (await helm.RenderAsync(example)).Worker.Resources;

        Assert.Equal(resources.Requests["memory"], resources.Limits["memory"]);
        Assert.DoesNotContain("cpu", resources.Limits.Keys);
    }

    [Fact]
    public async Task Digest_is_used_instead_of_the_tag()
    {
        var manifests = await helm.RenderAsync("digest-values.yaml");

        Assert.Equal($"registry.example.com/team/streamworker@sha256:{string.Concat(Enumerable.Repeat("0123456789abcdef", 4))}", manifests.Worker.Image);
    }

    [Fact]
    public async Task Tag_defaults_to_the_charts_application_version()
    {
        var chart = new YamlDotNet.Serialization.Deserializer().Deserialize<Dictionary<string, object>>(Repository.Read("deploy/helm/streamworker/Chart.yaml"));

        var manifests = await helm.RenderAsync("console-values.yaml");

        Assert.Equal($"streamworker:{chart["appVersion"]}", manifests.Worker.Image);
        Assert.Contains($"<Version>{chart["appVersion"]}</Version>", Repository.Read("Directory.Build.props"), StringComparison.Ordinal);
    }

    [Fact]
    public async Task Existing_service_account_is_used_and_none_is_created()
    {
        var manifests = await helm.RenderAsync("existing-service-account-values.yaml");

        Assert.Equal("orders-consumer", manifests.Pod.ServiceAccountName);
        Assert.Empty(manifests.All.OfType<V1ServiceAccount>());
    }

    [Fact]
    public async Task Role_is_an_annotation_of_the_created_service_account()
    {
        var manifests = await helm.RenderAsync("role-values.yaml");

        var account = Assert.Single(manifests.All.OfType<V1ServiceAccount>());
        Assert.Equal(account.Metadata.Name, manifests.Pod.ServiceAccountName);
        Assert.Equal("arn:aws:iam::123456789012:role/orders-consumer", account.Metadata.Annotations["eks.amazonaws.com/role-arn"]);
    }

    [Fact]
    public async Task Handler_that_keeps_running_is_an_init_container()
    {
        var manifests = await helm.RenderAsync("http-sidecar-values.yaml");

        var handler = Assert.Single(manifests.Pod.InitContainers);
        Assert.Equal(("handler", "Always"), (handler.Name, handler.RestartPolicy));
    }

    [Fact]
    public async Task Service_and_disruption_budget_appear_only_when_they_are_asked_for()
    {
        var without = await helm.RenderAsync("console-values.yaml");
        var with = await helm.RenderAsync("http-sidecar-values.yaml");

        Assert.Empty(without.All.OfType<V1Service>());
        Assert.Empty(without.All.OfType<V1PodDisruptionBudget>());
        Assert.Equal(8081, Assert.Single(Assert.Single(with.All.OfType<V1Service>()).Spec.Ports).Port);
        Assert.Equal("34%", Assert.Single(with.All.OfType<V1PodDisruptionBudget>()).Spec.MaxUnavailable.Value);
    }

    [Fact]
    public async Task Own_labels_cannot_replace_the_selectors()
    {
        var manifests = await helm.RenderAsync("console-values.yaml", """podLabels={"app.kubernetes.io/name":"other","team":"orders"}""");

        var labels = manifests.Deployment.Spec.Template.Metadata.Labels;
        Assert.Equal(("streamworker", "orders"), (labels["app.kubernetes.io/name"], labels["team"]));
    }
}
