namespace StreamWorker;

/// <summary>Who made a change that no writer of the table made.</summary>
/// <param name="Type">The kind of principal: <c>Service</c>.</param>
/// <param name="PrincipalId">The principal: <c>dynamodb.amazonaws.com</c> for a delete by time to live.</param>
public sealed record UserIdentity(string? Type, string? PrincipalId);
