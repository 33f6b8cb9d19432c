package gen

// The bodies of the regulator's API, in its own spelling. A value that is not there is an
// absent key, never null.

type named struct {
	Name        string `json:"name"`
	Description string `json:"description,omitempty"`
}

type category struct {
	Code    string `json:"code"`
	Primary string `json:"primary"`
	Name    string `json:"name"`
}

type contact struct {
	Title  string   `json:"personTitle"`
	Given  string   `json:"personGivenName"`
	Family string   `json:"personFamilyName"`
	Roles  []string `json:"personRoles,omitempty"`
}

type activity struct {
	Name      string    `json:"name"`
	Code      string    `json:"code"`
	Contacts  []contact `json:"contacts,omitempty"`
	Nominated *contact  `json:"nominatedIndividual,omitempty"`
}

type relation struct {
	ID     string `json:"relatedLocationId"`
	Name   string `json:"relatedLocationName"`
	Type   string `json:"type"`
	Reason string `json:"reason"`
}

type keyRating struct {
	Name   string `json:"name"`
	Rating string `json:"rating"`
	Date   string `json:"reportDate,omitempty"`
	Link   string `json:"reportLinkId,omitempty"`
	Org    string `json:"organisationId,omitempty"`
}

type overallRating struct {
	Rating string      `json:"rating"`
	Date   string      `json:"reportDate,omitempty"`
	Link   string      `json:"reportLinkId,omitempty"`
	Org    string      `json:"organisationId,omitempty"`
	Keys   []keyRating `json:"keyQuestionRatings"`
}

type currentRatings struct {
	Overall overallRating `json:"overall"`
	Date    string        `json:"reportDate"`
}

type historicRating struct {
	Date    string        `json:"reportDate"`
	Link    string        `json:"reportLinkId"`
	Org     string        `json:"organisationId,omitempty"`
	Overall overallRating `json:"overall"`
}

type dated struct {
	Date string `json:"date"`
}

type published struct {
	Date string `json:"publicationDate"`
}

type serviceGroup struct {
	ID     string `json:"assessmentServiceId"`
	Name   string `json:"assessmentServiceName"`
	Status string `json:"status"`
}

type assessment struct {
	Published string           `json:"assessmentPlanPublishedDateTime"`
	Ratings   assessmentRating `json:"ratings"`
}

type assessmentRating struct {
	Groups []asgRating `json:"asgRatings"`
}

type asgRating struct {
	Title     string   `json:"title"`
	Date      string   `json:"assessmentDate"`
	Plan      string   `json:"assessmentPlanId"`
	Status    string   `json:"assessmentPlanStatus"`
	Name      string   `json:"name"`
	Rating    string   `json:"rating"`
	State     string   `json:"status"`
	Narrative string   `json:"narrative"`
	Keys      []asgKey `json:"keyQuestionRatings"`
}

type asgKey struct {
	Name   string `json:"name"`
	Rating string `json:"rating"`
	State  string `json:"status"`
	Score  string `json:"percentageScore"`
}

type locationBody struct {
	LocationID    string           `json:"locationId"`
	ProviderID    string           `json:"providerId"`
	Organisation  string           `json:"organisationType"`
	Type          string           `json:"type"`
	Name          string           `json:"name"`
	BrandID       string           `json:"brandId,omitempty"`
	BrandName     string           `json:"brandName,omitempty"`
	ODS           string           `json:"odsCode,omitempty"`
	Status        string           `json:"registrationStatus"`
	Registered    string           `json:"registrationDate"`
	Deregistered  string           `json:"deregistrationDate,omitempty"`
	Dormant       string           `json:"dormancy"`
	CareHome      string           `json:"careHome"`
	Beds          int              `json:"numberOfBeds"`
	Directorate   string           `json:"inspectionDirectorate"`
	Constituency  string           `json:"constituency"`
	Authority     string           `json:"localAuthority"`
	Region        string           `json:"region"`
	ICBCode       string           `json:"onspdIcbCode"`
	ICBName       string           `json:"onspdIcbName"`
	Latitude      float64          `json:"onspdLatitude"`
	Longitude     float64          `json:"onspdLongitude"`
	Street        string           `json:"postalAddressLine1"`
	Town          string           `json:"postalAddressTownCity"`
	County        string           `json:"postalAddressCounty"`
	Postcode      string           `json:"postalCode"`
	Phone         string           `json:"mainPhoneNumber"`
	ManagerAbsent string           `json:"registeredManagerAbsentDate,omitempty"`
	Services      []named          `json:"gacServiceTypes"`
	Categories    []category       `json:"inspectionCategories"`
	Areas         []string         `json:"inspectionAreas"`
	Types         []string         `json:"locationTypes"`
	Specialisms   []named          `json:"specialisms"`
	Activities    []activity       `json:"regulatedActivities"`
	Relations     []relation       `json:"relationships"`
	Inspected     *dated           `json:"lastInspection,omitempty"`
	Reported      *published       `json:"lastReport,omitempty"`
	Current       *currentRatings  `json:"currentRatings,omitempty"`
	Historic      []historicRating `json:"historicRatings,omitempty"`
	Groups        []serviceGroup   `json:"assessmentServiceGroup,omitempty"`
	Assessments   []assessment     `json:"assessment,omitempty"`
}

type providerBody struct {
	ProviderID   string     `json:"providerId"`
	LocationIDs  []string   `json:"locationIds"`
	Organisation string     `json:"organisationType"`
	Ownership    string     `json:"ownershipType"`
	Type         string     `json:"type"`
	Name         string     `json:"name"`
	BrandID      string     `json:"brandId,omitempty"`
	BrandName    string     `json:"brandName,omitempty"`
	Status       string     `json:"registrationStatus"`
	Registered   string     `json:"registrationDate"`
	Deregistered string     `json:"deregistrationDate,omitempty"`
	Company      string     `json:"companiesHouseNumber,omitempty"`
	Charity      string     `json:"charityNumber,omitempty"`
	Street       string     `json:"postalAddressLine1"`
	Town         string     `json:"postalAddressTownCity"`
	Region       string     `json:"region"`
	Postcode     string     `json:"postalCode"`
	Directorate  string     `json:"inspectionDirectorate"`
	Authority    string     `json:"localAuthority"`
	Latitude     float64    `json:"onspdLatitude"`
	Longitude    float64    `json:"onspdLongitude"`
	Contacts     []contact  `json:"contacts"`
	Relations    []relation `json:"relationships"`
	Activities   []activity `json:"regulatedActivities"`
	Categories   []category `json:"inspectionCategories"`
	Areas        []string   `json:"inspectionAreas"`
}
