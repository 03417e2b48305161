// A row and a value of the lease table, as opposed to StreamWorker's own view of an attribute in a stream.
global using Row = System.Collections.Generic.Dictionary<string, Amazon.DynamoDBv2.Model.AttributeValue>;
global using RowValue = Amazon.DynamoDBv2.Model.AttributeValue;
