using System.Globalization;
using System.Text;
using System.Text.Json;
using StreamWorker.DynamoDb.Streams;
using StreamWorker.Tests.Shared;

namespace StreamWorker.DynamoDb.Tests.Streams;

/// <summary>Whatever bytes stand where the service's answer should be, what comes out is an answer, or the one error that the client takes for half an answer.</summary>
public sealed class AnswerMutationTests
{
    private static readonly string[] s_answers =
    [
        """{"Streams":[{"StreamArn":"arn:aws:dynamodb:eu-central-1:1:table/Orders/stream/x","TableName":"Orders"}],"LastEvaluatedStreamArn":"arn:aws:dynamodb:eu-central-1:1:table/Orders/stream/x"}""",
        """{"StreamDescription":{"StreamArn":"arn:aws:dynamodb:eu-central-1:1:table/Orders/stream/x","StreamStatus":"ENABLED","StreamViewType":"KEYS_ONLY","LastEvaluatedShardId":"s","Shards":[{"ShardId":"s","ParentShardId":"p","SequenceNumberRange":{"StartingSequenceNumber":"1","EndingSequenceNumber":"22"}}]}}""",
        """{"ShardIterator":"arn:aws:dynamodb|1|c2hhcmQ="}""",
    ];

    private static readonly string[] s_errors =
    [
        """{"__type":"com.amazonaws.dynamodb.v20120810#ThrottlingException","message":"slow down"}""",
        """{"__type":"TrimmedDataAccessException","Message":"gone"}""",
        "<html>502</html>",
    ];

    [Fact]
    public void Mutated_answers_are_read_or_refused_as_JSON()
    {
        var mutation = new Mutation(Mutation.Seed);
        var read = 0;
        for (var round = 0; round < Mutation.Rounds; round++)
        {
            var bytes = mutation.Next(s_answers);
            read += Attempt(round, bytes, () => StreamsAnswers.ListStreams(bytes));
            read += Attempt(round, bytes, () => StreamsAnswers.DescribeStream(bytes, null));
            read += Attempt(round, bytes, () => StreamsAnswers.GetShardIterator(bytes));
        }

        TestContext.Current.TestOutputHelper?.WriteLine(string.Create(CultureInfo.InvariantCulture, $"Seed {Mutation.Seed}: {read} of {Mutation.Rounds} were answers."));
        Assert.InRange(read, Mutation.Rounds / 20, 3 * Mutation.Rounds);
    }

    [Fact]
    public void Mutated_errors_are_errors_of_the_service_all_the_same()
    {
        var mutation = new Mutation(Mutation.Seed);
        var named = 0;
        for (var round = 0; round < Mutation.Rounds; round++)
        {
            var bytes = mutation.Next(s_errors);
            using var body = new MemoryStream(bytes);
            try
            {
                var (code, _) = StreamsUnmarshaller.ReadError(body);
                named += code is null ? 0 : 1;
            }
            catch (Exception e)
            {
                Assert.Fail(Describe(round, bytes, e));
            }
        }

        Assert.InRange(named, Mutation.Rounds / 20, Mutation.Rounds);
    }

    private static int Attempt<T>(int round, byte[] bytes, Func<T> read)
    {
        try
        {
            read();
            return 1;
        }
        catch (JsonException)
        {
            return 0;
        }
        catch (Exception e)
        {
            Assert.Fail(Describe(round, bytes, e));
            throw;
        }
    }

    private static string Describe(int round, byte[] bytes, Exception error) =>
        $"Seed {Mutation.Seed}, round {round}: {error.GetType().Name} for {Encoding.UTF8.GetString(bytes)} ({Convert.ToHexString(bytes)})\n{error}";
}
