{{- define "streamworker.name" -}}
{{- default .Chart.Name .Values.nameOverride | trunc 63 | trimSuffix "-" }}
{{- end }}

{{- define "streamworker.fullname" -}}
{{- $name := default .Chart.Name .Values.nameOverride }}
{{- if .Values.fullnameOverride }}
{{- .Values.fullnameOverride | trunc 63 | trimSuffix "-" }}
{{- else if contains $name .Release.Name }}
{{- .Release.Name | trunc 63 | trimSuffix "-" }}
{{- else }}
{{- printf "%s-%s" .Release.Name $name | trunc 63 | trimSuffix "-" }}
{{- end }}
{{- end }}

{{- define "streamworker.selectorLabels" -}}
app.kubernetes.io/name: {{ include "streamworker.name" . }}
app.kubernetes.io/instance: {{ .Release.Name }}
{{- end }}

{{/* Without the chart's version: a new chart alone does not restart the pods. */}}
{{- define "streamworker.podLabels" -}}
{{ include "streamworker.selectorLabels" . }}
app.kubernetes.io/version: {{ .Chart.AppVersion | quote }}
app.kubernetes.io/component: worker
app.kubernetes.io/part-of: {{ include "streamworker.name" . }}
{{- end }}

{{- define "streamworker.labels" -}}
{{ include "streamworker.podLabels" . }}
app.kubernetes.io/managed-by: {{ .Release.Service }}
helm.sh/chart: {{ printf "%s-%s" .Chart.Name .Chart.Version | replace "+" "_" | trunc 63 | trimSuffix "-" }}
{{- end }}

{{- define "streamworker.serviceAccountName" -}}
{{- if .Values.serviceAccount.create }}
{{- default (include "streamworker.fullname" .) .Values.serviceAccount.name }}
{{- else }}
{{- default "default" .Values.serviceAccount.name }}
{{- end }}
{{- end }}

{{- define "streamworker.image" -}}
{{- if .Values.image.digest }}
{{- printf "%s@%s" .Values.image.repository .Values.image.digest }}
{{- else }}
{{- printf "%s:%s" .Values.image.repository (default .Chart.AppVersion .Values.image.tag) }}
{{- end }}
{{- end }}

{{/* Configuration as environment variables: maps add "__key", lists "__index"; null and empty mean the worker's default. */}}
{{- define "streamworker.flatten" -}}
{{- $prefix := .prefix }}
{{- if kindIs "map" .value }}
{{- range $key, $value := .value }}
{{- include "streamworker.flatten" (dict "prefix" (printf "%s__%s" $prefix $key) "value" $value) }}
{{- end }}
{{- else if kindIs "slice" .value }}
{{- range $index, $value := .value }}
{{- include "streamworker.flatten" (dict "prefix" (printf "%s__%d" $prefix $index) "value" $value) }}
{{- end }}
{{- else if not (or (kindIs "invalid" .value) (eq (toString .value) "")) }}
{{ $prefix }}: {{ toString .value | quote }}
{{- end }}
{{- end }}

{{/* The data of the config map. */}}
{{- define "streamworker.environment" -}}
{{- if not .Values.config.Consumers }}
{{- fail "config.Consumers is empty: name at least one consumer with its TableName or StreamArn, such as --set config.Consumers.orders.TableName=Orders" }}
{{- end }}
{{- $config := merge (dict "Application" (default (include "streamworker.fullname" .) .Values.config.Application)) .Values.config }}
{{- include "streamworker.flatten" (dict "prefix" "StreamWorker" "value" $config) }}
{{- end }}

{{/* A duration "[d.]hh:mm:ss[.fff]" in whole seconds, rounded up. */}}
{{- define "streamworker.seconds" -}}
{{- $days := regexFind "^[0-9]+\\." . | trimSuffix "." | default "0" }}
{{- $time := splitList ":" (regexFind "[0-9]{2}:[0-9]{2}:[0-9]{2}" .) }}
{{- $fraction := regexFind "\\.[0-9]+$" . | trimPrefix "." | trimAll "0" }}
{{- $seconds := add (mul (atoi $days) 86400) (mul (index $time 0 | trimPrefix "0" | default "0" | atoi) 3600) (mul (index $time 1 | trimPrefix "0" | default "0" | atoi) 60) (index $time 2 | trimPrefix "0" | default "0" | atoi) }}
{{- ternary $seconds (add1 $seconds) (empty $fraction) }}
{{- end }}

{{/* Drain, then 10 seconds for the last checkpoints and the release of leases, then 15 seconds that nobody should need. */}}
{{- define "streamworker.gracePeriodSeconds" -}}
{{- add (include "streamworker.seconds" (default "00:00:20" .Values.config.DrainTimeout) | int) 25 }}
{{- end }}
