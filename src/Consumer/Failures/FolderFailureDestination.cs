using System.Runtime.CompilerServices;
using StreamWorker.Consumer.Delivery;

namespace StreamWorker.Consumer.Failures;

/// <summary>Keeps records that were given up in a folder: one JSON file for each batch, with Lambda's members, what the handler failed with, and the event itself.</summary>
/// <remarks>
/// A file is written under another name, flushed to the disk, and renamed: one that can be seen is complete. The same batch delivered again makes the same file again.
/// A folder on a disk that goes with its container keeps nothing: mount a volume.
/// </remarks>
/// <param name="folder">The folder. It is made when it is missing.</param>
/// <param name="application">The application whose consumers give records up.</param>
public sealed class FolderFailureDestination(string folder, string application) : IFailureDestination, IFailureArchive, IFailureDestinationCheck
{
    private const string HiddenPrefix = ".";
    private const string TemporaryExtension = ".part";

    // A file that is being written can be renamed on Windows only when deleting is shared; elsewhere nobody else can open it for writing until it has its name.
    private static readonly FileShare WhileWriting = OperatingSystem.IsWindows() ? FileShare.Delete : FileShare.None;

    private readonly string _folder = Path.GetFullPath(folder);

    /// <summary>Gets or sets what is awaited when a file is written and has not got its name.</summary>
    internal Func<ValueTask> BeforeRename { get; set; } = static () => default;

    /// <inheritdoc/>
    /// <exception cref="IOException">The file cannot be written.</exception>
    public async ValueTask DeliverAsync(DiscardedBatch batch, CancellationToken cancellationToken)
    {
        ArgumentNullException.ThrowIfNull(batch);
        var path = Path.Combine(_folder, FolderFile.PathOf(batch, application));
        var parent = Path.GetDirectoryName(path)!;
        Directory.CreateDirectory(parent);
        var bytes = FolderFile.Write(batch, application);
        var temporary = Path.Combine(parent, $"{HiddenPrefix}{Path.GetFileName(path)}{TemporaryExtension}");
        await using var file = new FileStream(temporary, FileMode.Create, FileAccess.Write, WhileWriting, bufferSize: 0, useAsync: true);
        await file.WriteAsync(bytes, cancellationToken);
        await file.FlushAsync(cancellationToken);
        RandomAccess.FlushToDisk(file.SafeFileHandle);
        await BeforeRename();
        File.Move(temporary, path, overwrite: true);
    }

    /// <inheritdoc/>
    public async IAsyncEnumerable<ArchivedBatch> ListAsync([EnumeratorCancellation] CancellationToken cancellationToken)
    {
        if (!Directory.Exists(_folder))
            yield break;
        foreach (var path in Directory.EnumerateFiles(_folder, $"*{FolderFile.Extension}", SearchOption.AllDirectories).Order(StringComparer.Ordinal))
        {
            if (Path.GetFileName(path).StartsWith(HiddenPrefix, StringComparison.Ordinal))
                continue;
            var id = Path.GetRelativePath(_folder, path);
            if (await ReadFileAsync(path, cancellationToken) is not { } bytes)
                continue;
            yield return DiscardNotice.TryRead(bytes, out var notice, out var fault) ? new ArchivedBatch(id, notice) : new ArchivedBatch(id, null, fault);
        }
    }

    /// <inheritdoc/>
    public async ValueTask<RecordPage?> ReadAsync(ArchivedBatch batch, CancellationToken cancellationToken)
    {
        ArgumentNullException.ThrowIfNull(batch);
        var bytes = await ReadFileAsync(PathOf(batch), cancellationToken) ?? throw new InvalidDataException("The file is there no more.");
        return FailureBody.ReadRecords(bytes);
    }

    /// <inheritdoc/>
    public ValueTask DeleteAsync(ArchivedBatch batch, CancellationToken cancellationToken)
    {
        ArgumentNullException.ThrowIfNull(batch);
        File.Delete(PathOf(batch));
        return default;
    }

    /// <inheritdoc/>
    public ValueTask ReleaseAsync(ArchivedBatch batch, CancellationToken cancellationToken) => default;

    /// <inheritdoc/>
    /// <exception cref="IOException">A file cannot be written.</exception>
    public async ValueTask CheckAsync(CancellationToken cancellationToken)
    {
        Directory.CreateDirectory(_folder);
        var probe = Path.Combine(_folder, $"{HiddenPrefix}{Path.GetRandomFileName()}{TemporaryExtension}");
        await using var file = new FileStream(probe, FileMode.CreateNew, FileAccess.Write, FileShare.None, bufferSize: 0, FileOptions.DeleteOnClose | FileOptions.Asynchronous);
        await file.WriteAsync("{}"u8.ToArray(), cancellationToken);
    }

    private static async ValueTask<byte[]?> ReadFileAsync(string path, CancellationToken cancellationToken)
    {
        try
        {
            return await File.ReadAllBytesAsync(path, cancellationToken);
        }
        catch (Exception e) when (e is FileNotFoundException or DirectoryNotFoundException)
        {
            return null;
        }
    }

    /// <summary>Gives a file's path; an id that leads out of the folder is none of ours.</summary>
    private string PathOf(ArchivedBatch batch)
    {
        var path = Path.GetFullPath(Path.Combine(_folder, batch.Id));
        return path.StartsWith(_folder + Path.DirectorySeparatorChar, StringComparison.Ordinal) ? path : throw new InvalidDataException($"'{batch.Id}' is not in the folder.");
    }
}
