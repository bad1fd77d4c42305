#include "aws/operations/table.h"

namespace tidegate::aws {

const Service& cost_explorer() {
  static const Service service(
      {.id = "Cost Explorer",
       .model = "ce",
       .endpoint_prefix = "ce",
       .signing_name = "ce",
       .protocol = Protocol::kJson,
       .api_version = "2017-10-25",
       .target_prefix = "AWSInsightsIndexService",
       .json_version = "1.1"},
      {
          {.name = "GetCostAndUsage",
           .effect = Effect::kRead,
           .input =
               R"({TimePeriod!{Start! End!} Granularity! Filter:j Metrics![] GroupBy[{Type Key}] BillingViewArn
        NextPageToken})",
           .output =
               R"({NextPageToken GroupDefinitions[{Type Key}] ResultsByTime[{TimePeriod{Start End} Total<{Amount
        Unit}> Groups[{Keys[] Metrics<{Amount Unit}>}] Estimated:b}] DimensionValueAttributes[{Value
        Attributes<>}]})",
           .pages = {.input_token = "NextPageToken",
                     .output_token = "NextPageToken",
                     .items = "ResultsByTime"},
           .iam = {.action = "ce:GetCostAndUsage"}},
          {.name = "GetCostForecast",
           .effect = Effect::kRead,
           .input = R"({TimePeriod!{Start! End!} Metric! Granularity! Filter:j PredictionIntervalLevel:i})",
           .output = R"({Total{Amount Unit} ForecastResultsByTime[{TimePeriod{Start End} MeanValue
        PredictionIntervalLowerBound PredictionIntervalUpperBound}]})",
           .iam = {.action = "ce:GetCostForecast"}},
          {.name = "GetDimensionValues",
           .effect = Effect::kRead,
           .input =
               R"({SearchString TimePeriod!{Start! End!} Dimension! Context Filter:j MaxResults:i NextPageToken})",
           .output = R"({DimensionValues[{Value Attributes<>}] ReturnSize:i TotalSize:i NextPageToken})",
           .pages = {.input_token = "NextPageToken",
                     .output_token = "NextPageToken",
                     .items = "DimensionValues"},
           .iam = {.action = "ce:GetDimensionValues"}},
          {.name = "GetTags",
           .effect = Effect::kRead,
           .input = R"({SearchString TimePeriod!{Start! End!} TagKey Filter:j MaxResults:i NextPageToken})",
           .output = R"({NextPageToken Tags[] ReturnSize:i TotalSize:i})",
           .pages = {.input_token = "NextPageToken", .output_token = "NextPageToken", .items = "Tags"},
           .iam = {.action = "ce:GetTags"}},
          {.name = "GetReservationUtilization",
           .effect = Effect::kRead,
           .input = R"({TimePeriod!{Start! End!} GroupBy[{Type Key}] Granularity Filter:j NextPageToken})",
           .output = R"({UtilizationsByTime[{TimePeriod{Start End} Total{UtilizationPercentage PurchasedHours
        TotalActualHours UnusedHours OnDemandCostOfRIHoursUsed NetRISavings TotalAmortizedFee}}]
        Total{UtilizationPercentage PurchasedHours UnusedHours NetRISavings} NextPageToken})",
           .pages = {.input_token = "NextPageToken",
                     .output_token = "NextPageToken",
                     .items = "UtilizationsByTime"},
           .iam = {.action = "ce:GetReservationUtilization"}},
          {.name = "GetSavingsPlansUtilization",
           .effect = Effect::kRead,
           .input = R"({TimePeriod!{Start! End!} Granularity Filter:j})",
           .output =
               R"({SavingsPlansUtilizationsByTime[{TimePeriod{Start End} Utilization{TotalCommitment UsedCommitment
        UnusedCommitment UtilizationPercentage} Savings{NetSavings OnDemandCostEquivalent}}]
        Total{Utilization{TotalCommitment UsedCommitment UnusedCommitment UtilizationPercentage}
        Savings{NetSavings OnDemandCostEquivalent}}})",
           .iam = {.action = "ce:GetSavingsPlansUtilization"}},
          {.name = "GetSavingsPlansCoverage",
           .effect = Effect::kRead,
           .input =
               R"({TimePeriod!{Start! End!} GroupBy[{Type Key}] Granularity Filter:j Metrics[] NextToken MaxResults:i})",
           .output =
               R"({SavingsPlansCoverages[{Attributes<> Coverage{SpendCoveredBySavingsPlans OnDemandCost TotalCost
        CoveragePercentage} TimePeriod{Start End}}] NextToken})",
           .iam = {.action = "ce:GetSavingsPlansCoverage"}},
          {.name = "GetSavingsPlansPurchaseRecommendation",
           .effect = Effect::kRead,
           .input = R"({SavingsPlansType! TermInYears! PaymentOption! AccountScope NextPageToken PageSize:i
        LookbackPeriodInDays! Filter:j})",
           .output =
               R"({SavingsPlansPurchaseRecommendation{SavingsPlansPurchaseRecommendationSummary{EstimatedROI
        CurrencyCode EstimatedTotalCost CurrentOnDemandSpend EstimatedSavingsAmount TotalRecommendationCount
        DailyCommitmentToPurchase HourlyCommitmentToPurchase EstimatedSavingsPercentage
        EstimatedMonthlySavingsAmount EstimatedOnDemandCostWithCurrentCommitment}} NextPageToken})",
           .iam = {.action = "ce:GetSavingsPlansPurchaseRecommendation"}},
          {.name = "GetRightsizingRecommendation",
           .effect = Effect::kRead,
           .input = R"({Filter:j Service! PageSize:i NextPageToken})",
           .output =
               R"({Summary{TotalRecommendationCount EstimatedTotalMonthlySavingsAmount SavingsCurrencyCode
        SavingsPercentage} RightsizingRecommendations[{AccountId CurrentInstance{ResourceId InstanceName
        MonthlyCost CurrencyCode ResourceDetails{EC2ResourceDetails{InstanceType Region HourlyOnDemandRate}}
        ResourceUtilization{EC2ResourceUtilization{MaxCpuUtilizationPercentage MaxMemoryUtilizationPercentage}}}
        RightsizingType ModifyRecommendationDetail{TargetInstances[{EstimatedMonthlyCost EstimatedMonthlySavings
        CurrencyCode DefaultTargetInstance:b ResourceDetails{EC2ResourceDetails{InstanceType
        HourlyOnDemandRate}}}]} TerminateRecommendationDetail{EstimatedMonthlySavings CurrencyCode}
        FindingReasonCodes[]}] NextPageToken})",
           .pages = {.input_token = "NextPageToken",
                     .output_token = "NextPageToken",
                     .items = "RightsizingRecommendations",
                     .page_size = "PageSize"},
           .iam = {.action = "ce:GetRightsizingRecommendation"}},
          {.name = "GetAnomalies",
           .effect = Effect::kRead,
           .input =
               R"({MonitorArn DateInterval!{StartDate! EndDate} Feedback TotalImpact{NumericOperator! StartValue!:f
        EndValue:f} NextPageToken MaxResults:i})",
           .output =
               R"({Anomalies[{AnomalyId AnomalyStartDate AnomalyEndDate DimensionValue RootCauses[{Service Region
        LinkedAccount UsageType}] AnomalyScore{MaxScore:f CurrentScore:f} Impact{MaxImpact:f TotalImpact:f
        TotalActualSpend:f TotalExpectedSpend:f TotalImpactPercentage:f} MonitorArn Feedback}]
        NextPageToken})",
           .pages = {.input_token = "NextPageToken", .output_token = "NextPageToken", .items = "Anomalies"},
           .iam = {.action = "ce:GetAnomalies"}},
          {.name = "ListCostAllocationTags",
           .effect = Effect::kRead,
           .input = R"({Status TagKeys[] Type NextToken MaxResults:i})",
           .output = R"({CostAllocationTags[{TagKey Type Status LastUpdatedDate LastUsedDate}] NextToken})",
           .pages = {.input_token = "NextToken",
                     .output_token = "NextToken",
                     .items = "CostAllocationTags",
                     .page_size = "MaxResults"},
           .iam = {.action = "ce:ListCostAllocationTags"}},
      });
  return service;
}

}  // namespace tidegate::aws
