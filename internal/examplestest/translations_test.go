// Copyright (c) The mlws Authors
// SPDX-License-Identifier: MPL-2.0

package examplestest_test

import (
	"path/filepath"
	"regexp"
	"slices"
	"strings"
	"testing"

	"github.com/hashicorp/terraform-plugin-framework/providerserver"
	"github.com/hashicorp/terraform-plugin-go/tfprotov6"

	"github.com/mlws/terraform-provider-mlws/internal/provider"
)

// translation is a table of a guide that translates the keywords of another tool.
type translation struct {
	page, section string
	// below is the attribute that has all attributes of the table.
	below string
	// keywords are all that the other tool has.
	keywords string
}

// The keywords are those of azureml-core 1.51, of the documentation of azure-cli-ml,
// and of the specification 2021-04-01 of Resource Manager.
var translations = []translation{
	{"from-the-python-sdk.md", "deploy_configuration", "", aciKeywords + " " + aksKeywords},
	{"from-the-python-sdk.md", "Model.deploy", "", "workspace name models inference_config deployment_config deployment_target overwrite show_output"},
	{"from-the-python-sdk.md", "InferenceConfig", "inference_config", "entry_script runtime conda_file extra_docker_file_steps source_directory enable_gpu description base_image base_image_registry cuda_version environment"},
	{"from-the-python-sdk.md", "Environment", "inference_config.environment", "name version environment_variables inferencing_stack_version python.conda_dependencies python.conda_dependencies_file python.user_managed_dependencies " +
		"python.interpreter_path python.base_conda_environment docker.base_image docker.base_dockerfile docker.base_image_registry.address docker.base_image_registry.username docker.base_image_registry.password " +
		"docker.arguments docker.enabled docker.platform docker.shared_volumes docker.shm_size spark databricks r"},
	{"from-the-python-sdk.md", "Model.register", "", "workspace model_path model_name tags properties description datasets model_framework model_framework_version child_paths sample_input_dataset sample_output_dataset resource_configuration"},
	{"from-azure-cli-ml.md", "az ml model deploy", "", "--name --model --compute-target --inference-config-file --deploy-config-file --overwrite"},
	{"from-azure-cli-ml.md", "The deployment configuration", "", "computeType containerResourceRequirements.cpu containerResourceRequirements.memoryInGB containerResourceRequirements.cpuLimit containerResourceRequirements.memoryInGBLimit " +
		"location authEnabled sslEnabled appInsightsEnabled sslCertificate sslKey cname dnsNameLabel autoScaler.autoscaleEnabled autoScaler.minReplicas autoScaler.maxReplicas autoScaler.refreshPeriodInSeconds " +
		"autoScaler.targetUtilization dataCollection.storageEnabled tokenAuthEnabled scoringTimeoutMs maxConcurrentRequestsPerContainer maxQueueWaitMs numReplicas keys.primaryKey keys.secondaryKey gpuCores " +
		"livenessProbeRequirements.periodSeconds livenessProbeRequirements.initialDelaySeconds livenessProbeRequirements.timeoutSeconds livenessProbeRequirements.successThreshold livenessProbeRequirements.failureThreshold " +
		"namespace description tags properties"},
	{"from-azure-cli-ml.md", "The inference configuration", "inference_config", "entryScript runtime condaFile extraDockerfileSteps sourceDirectory enableGpu baseImage baseImageRegistry cudaVersion description environment"},
	{"from-azure-cli-ml.md", "An environment file", "inference_config.environment", "name version environmentVariables python.userManagedDependencies python.interpreterPath python.condaDependenciesFile python.baseCondaEnvironment docker.enabled docker.baseImage " +
		"docker.baseDockerfile docker.sharedVolumes docker.shmSize docker.arguments docker.baseImageRegistry.address docker.baseImageRegistry.username docker.baseImageRegistry.password spark databricks inferencingStackVersion"},
	{"from-azapi.md", "The members of the body", "", "computeType computeName description properties kvTags location namespace authEnabled aadAuthEnabled keys appInsightsEnabled dataCollection.storageEnabled containerResourceRequirements.cpu " +
		"containerResourceRequirements.memoryInGB containerResourceRequirements.cpuLimit containerResourceRequirements.memoryInGBLimit containerResourceRequirements.gpu containerResourceRequirements.fpga numReplicas autoScaler.autoscaleEnabled autoScaler.minReplicas autoScaler.maxReplicas autoScaler.refreshPeriodInSeconds autoScaler.targetUtilization " +
		"scoringTimeoutMs maxConcurrentRequestsPerContainer maxQueueWaitMs livenessProbeRequirements sslEnabled cname sslCertificate sslKey dnsNameLabel vnetConfiguration.vnetName vnetConfiguration.subnetName " +
		"encryptionProperties.vaultBaseUrl encryptionProperties.keyName encryptionProperties.keyVersion environmentImageRequest.modelIds environmentImageRequest.assets environmentImageRequest.driverProgram " +
		"environmentImageRequest.environment environmentImageRequest.environmentReference isDefault trafficPercentile type"},
}

const (
	aciKeywords = "cpu_cores memory_gb tags properties description location auth_enabled ssl_enabled enable_app_insights ssl_cert_pem_file ssl_key_pem_file ssl_cname dns_name_label primary_key secondary_key collect_model_data " +
		"cmk_vault_base_url cmk_key_name cmk_key_version vnet_name subnet_name"
	aksKeywords = "autoscale_enabled autoscale_min_replicas autoscale_max_replicas autoscale_refresh_seconds autoscale_target_utilization scoring_timeout_ms replica_max_concurrent_requests max_request_wait_time num_replicas gpu_cores " +
		"period_seconds initial_delay_seconds timeout_seconds success_threshold failure_threshold namespace token_auth_enabled compute_target_name cpu_cores_limit memory_gb_limit blobfuse_enabled"
)

var (
	tableRow = regexp.MustCompile(`(?m)^\| (.+) \| (.+) \| (both|ACI|AKS|model) \|$`)
	code     = regexp.MustCompile("`([^`]+)`")
)

// Each table translates every keyword of the other tool, once, and each attribute in
// it exists on the resources that the row names.
func TestTranslationsAreWholeAndTrue(t *testing.T) {
	t.Parallel()
	schemas, err := providerserver.NewProtocol6(provider.New("test")())().GetProviderSchema(t.Context(), &tfprotov6.GetProviderSchemaRequest{})
	if err != nil {
		t.Fatal(err)
	}
	resources := map[string][]string{
		"both": {"mlws_aci_service", "mlws_aks_service"}, "ACI": {"mlws_aci_service"}, "AKS": {"mlws_aks_service"}, "model": {"mlws_model"},
	}
	for _, table := range translations {
		t.Run(table.page+"/"+table.section, func(t *testing.T) {
			t.Parallel()
			_, text, found := strings.Cut(read(t, filepath.Join("../../templates/guides", table.page)), "\n## "+table.section+"\n")
			text, _, _ = strings.Cut(text, "\n## ")
			if !found {
				t.Fatal("there is no such section")
			}
			missing := strings.Fields(table.keywords)
			for _, row := range tableRow.FindAllStringSubmatch(text, -1) {
				keywords, attributes := spans(row[1]), spans(row[2])
				switch {
				case row[2] == "same name":
					attributes = keywords
				case strings.HasPrefix(row[2], "none"):
					attributes = nil
				case len(attributes) == 0:
					t.Errorf("%s: the row has neither an attribute nor the word none", row[0])
				}
				for _, keyword := range keywords {
					at := slices.Index(missing, keyword)
					if at < 0 {
						t.Errorf("%s is there twice, or no keyword of that tool", keyword)
						continue
					}
					missing = slices.Delete(missing, at, at+1)
				}
				for _, attribute := range attributes {
					for _, resource := range resources[row[3]] {
						if !exists(schemas.ResourceSchemas[resource].Block.Attributes, strings.TrimPrefix(table.below+"."+attribute, ".")) {
							t.Errorf("%s has no attribute %s %s", resource, table.below, attribute)
						}
					}
				}
			}
			if len(missing) > 0 {
				t.Errorf("the table does not translate %v", missing)
			}
		})
	}
}

// spans returns the names in a cell; a span with a call is an example.
func spans(cell string) []string {
	var names []string
	for _, match := range code.FindAllStringSubmatch(cell, -1) {
		if !strings.Contains(match[1], "(") {
			names = append(names, match[1])
		}
	}
	return names
}

func exists(attributes []*tfprotov6.SchemaAttribute, path string) bool {
	name, rest, nested := strings.Cut(path, ".")
	for _, attribute := range attributes {
		if attribute.Name == name {
			return !nested || attribute.NestedType != nil && exists(attribute.NestedType.Attributes, rest)
		}
	}
	return false
}
