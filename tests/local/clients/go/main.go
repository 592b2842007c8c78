// Puts a metric and an alarm on it by the AWS SDK for Go v2 at its defaults, and prints what it
// gets back of both as one JSON object.
package main

import (
	"context"
	"encoding/json"
	"log"
	"os"
	"time"

	"github.com/aws/aws-sdk-go-v2/aws"
	"github.com/aws/aws-sdk-go-v2/config"
	"github.com/aws/aws-sdk-go-v2/service/cloudwatch"
	"github.com/aws/aws-sdk-go-v2/service/cloudwatch/types"
)

func main() {
	ctx := context.Background()
	settings, err := config.LoadDefaultConfig(ctx)
	check(err)
	client := cloudwatch.NewFromConfig(settings)
	at := time.Now().UTC().Truncate(time.Minute)
	data := []types.MetricDatum{}
	for n := 1; n <= 500; n++ {
		data = append(data, types.MetricDatum{
			MetricName: aws.String("Sent"), Timestamp: &at, Value: aws.Float64(float64(n)),
			Unit: types.StandardUnitCount,
		})
	}
	_, err = client.PutMetricData(ctx, &cloudwatch.PutMetricDataInput{
		Namespace: aws.String("Tests"), MetricData: data,
	})
	check(err)
	var alarm cloudwatch.PutMetricAlarmInput
	check(json.NewDecoder(os.Stdin).Decode(&alarm))
	_, err = client.PutMetricAlarm(ctx, &alarm)
	check(err)
	alarms, err := client.DescribeAlarms(ctx, &cloudwatch.DescribeAlarmsInput{
		AlarmNames: []string{*alarm.AlarmName},
	})
	check(err)
	points, err := client.GetMetricStatistics(ctx, &cloudwatch.GetMetricStatisticsInput{
		Namespace: aws.String("Tests"), MetricName: aws.String("Sent"), Period: aws.Int32(60),
		StartTime: aws.Time(at.Add(-time.Hour)), EndTime: aws.Time(at.Add(time.Hour)),
		Statistics: []types.Statistic{types.StatisticSum, types.StatisticSampleCount},
	})
	check(err)
	_, refused := client.GetDashboard(ctx, &cloudwatch.GetDashboardInput{
		DashboardName: aws.String("missing"),
	})
	check(json.NewEncoder(os.Stdout).Encode(map[string]any{
		"at": at.Unix(), "alarms": alarms.MetricAlarms, "points": points.Datapoints,
		"refused": refused.Error(),
	}))
}

func check(err error) {
	if err != nil {
		log.Fatal(err)
	}
}
