# Base images by tag, so that security fixes of .NET and Ubuntu arrive with each build. For a build that can be repeated to the byte, name digests:
#   docker build --build-arg RUNTIME_IMAGE=mcr.microsoft.com/dotnet/aspnet@sha256:... --build-arg SDK_IMAGE=... .
ARG SDK_IMAGE=mcr.microsoft.com/dotnet/sdk:10.0-noble
ARG RUNTIME_IMAGE=mcr.microsoft.com/dotnet/aspnet:10.0-noble-chiseled

# The output is the same for every processor, so one build on the builder's own serves all platforms.
FROM --platform=$BUILDPLATFORM $SDK_IMAGE AS build
WORKDIR /source

# What decides the packages comes first: they are fetched again only when one of these files changes.
COPY global.json Directory.Build.props Directory.Build.targets Directory.Packages.props ./
COPY src/Directory.Build.props src/
COPY src/Core/StreamWorker.Core.csproj src/Core/packages.lock.json src/Core/
COPY src/Consumer/StreamWorker.Consumer.csproj src/Consumer/packages.lock.json src/Consumer/
COPY src/DynamoDb/StreamWorker.DynamoDb.csproj src/DynamoDb/packages.lock.json src/DynamoDb/
COPY src/Worker/StreamWorker.Worker.csproj src/Worker/packages.lock.json src/Worker/
RUN dotnet restore src/Worker/StreamWorker.Worker.csproj --locked-mode

COPY .editorconfig BannedSymbols.txt ./
COPY src/Core/ src/Core/
COPY src/Consumer/ src/Consumer/
COPY src/DynamoDb/ src/DynamoDb/
COPY src/Worker/ src/Worker/
# Analyzers are the business of the tests; a newer SDK's new rule must not stop an image from being built.
RUN dotnet publish src/Worker/StreamWorker.Worker.csproj --no-restore --configuration Release --output /app \
      -p:UseAppHost=false -p:RunAnalyzers=false -p:ContinuousIntegrationBuild=true
COPY LICENSE /app/

FROM $RUNTIME_IMAGE
ARG VERSION=0.1.0
ARG REVISION=unknown
LABEL org.opencontainers.image.title="StreamWorker" \
      org.opencontainers.image.description="Consumes DynamoDB Streams, in order per item and at least once, and hands the records to your handler." \
      org.opencontainers.image.licenses="Apache-2.0" \
      org.opencontainers.image.version="$VERSION" \
      org.opencontainers.image.revision="$REVISION"
WORKDIR /app
COPY --from=build /app ./
# Health and status. No HEALTHCHECK: there is no shell here, and orchestrators ask over HTTP.
ENV ASPNETCORE_HTTP_PORTS=8081
EXPOSE 8081
# The base image's user "app", as a number so that Kubernetes can tell that it is not root.
USER 1654
ENTRYPOINT ["dotnet", "streamworker.dll"]
