package capacity_test

import (
	"strings"
	"testing"

	"bellwether/ingest/capacity"
	"bellwether/ingest/internal/rowtest"
)

func TestCapacity(t *testing.T) {
	d := rowtest.Source(t, capacity.Sources(), "capacity").Decoder
	for name, text := range map[string]string{
		"care_homes": "cqcid,odscode,location,parentorganisation,admissionstatus,isacceptingadmissions,maxcapacity,usedbeds,declaredvacancies,overallstatus,workforcestatus,nursesemployed,careworkersemployed,hourspaid,hoursagency,lastupdatedutc,lastupdatedbst,localauthority,icb,subicb,lrf,region\n" +
			"9-1,9L001,Fenwick House,Wheatear Care Ltd,Open,TRUE,44,40,4,Green,Green,,41,1283.5,12,2026-09-10 10:15:00,2026-09-10 11:15:00,Larkshire,a,b,c,d\n" +
			"9-2b,,Marram Lodge,,Closed to admissions,,30,,2,Red,Red,4,22,,,2026-06-09T08:00:00Z,,Larkshire,,,,\n" +
			"9-3,,Skua Court,,Paused,,20,18,,,,,,,,,,Larkshire,,,,\n",
		"home_care": "cqcid,serviceusercount,usersnhsla,usersselffunded,canprovidermorehours,extrahourscount,returnedpocpercent,cqccareworkersemployed,cqccareworkersabsent,laname,laregionname,cqcsurveylastupdatedutc\n" +
			"9-4,120,80,40,Yes,35,2.5,60,3,Larkshire,North Sea,25/09/2026 09:30\n9-5,60,,,No,0,,20,,Larkshire,North Sea,14/09/2026 09:30\n",
		"bad_rows":  "cqcid,maxcapacity,usedbeds,lastupdatedutc\n,10,9,2026-09-10 10:15:00\n9-1,ten,9,2026-09-10 10:15:00\n9-2,10,-1,2026-09-10 10:15:00\n9-3,10,9,last week\n9-3,10,9,2026-09-10 10:15:00\n",
		"not_dated": "cqcid,maxcapacity,usedbeds\n9-1,10,9\n",
	} {
		t.Run(name, func(t *testing.T) {
			o, err := rowtest.Run(t, d, "capacity.csv", []byte(text), nil)
			rowtest.Golden(t, name, o.Render(err))
		})
	}
}

func TestAdmissionWords(t *testing.T) {
	d := rowtest.Source(t, capacity.Sources(), "capacity").Decoder
	for word, want := range map[string]string{"Open": "true", "OPEN - with limits": "true", "Accepting": "true", "closed": "false", "Not accepting new residents": "false",
		"Suspended": "false", "": "", "Ask the manager": ""} {
		text := "cqcid,admissionstatus,lastupdatedutc\n9-1," + word + ",2026-09-10 10:15:00\n"
		o, err := rowtest.Run(t, d, "capacity.csv", []byte(text), nil)
		if err != nil || o.Rows["capacity"][0]["accepting_admissions"] != want {
			t.Errorf("%q: %v %v", word, o.Rows, err)
		}
	}
	if o, err := rowtest.Run(t, d, "capacity.csv", []byte("cqcid,lastupdatedutc\n"), nil); err != nil || !strings.Contains(strings.Join(o.Notes, ""), "no rows") {
		t.Errorf("%v %v", o.Notes, err)
	}
}
