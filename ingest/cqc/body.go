package cqc

import "bellwether/ingest/jsonrows"

type (
	text          = jsonrows.Text
	list[T any]   = jsonrows.List[T]
	object[T any] = jsonrows.Object[T]
)

// location is what is kept of a location body.
type location struct {
	LocationID         text `json:"locationId"`
	ProviderID         text `json:"providerId"`
	OrganisationType   text `json:"organisationType"`
	Type               text `json:"type"`
	Name               text `json:"name"`
	AlsoKnownAs        text `json:"alsoKnownAs"`
	RegistrationStatus text `json:"registrationStatus"`
	RegistrationDate   text `json:"registrationDate"`
	DeregistrationDate text `json:"deregistrationDate"`
	Dormancy           text `json:"dormancy"`
	CareHome           text `json:"careHome"`
	Directorate        text `json:"inspectionDirectorate"`
	LocalAuthority     text `json:"localAuthority"`
	Region             text `json:"region"`
	PostalCode         text `json:"postalCode"`
	Latitude           text `json:"onspdLatitude"`
	Longitude          text `json:"onspdLongitude"`
	NumberOfBeds       text `json:"numberOfBeds"`
	OdsCode            text `json:"odsCode"`
	Uprn               text `json:"uprn"`
	BrandID            text `json:"brandId"`
	BrandName          text `json:"brandName"`
	ManagerAbsentDate  text `json:"registeredManagerAbsentDate"`

	Categories  list[category]     `json:"inspectionCategories"`
	Services    list[service]      `json:"gacServiceTypes"`
	Specialisms list[named]        `json:"specialisms"`
	Activities  list[activity]     `json:"regulatedActivities"`
	Links       list[relationship] `json:"relationships"`
	Current     object[current]    `json:"currentRatings"`
	Historic    list[historic]     `json:"historicRatings"`
	Assessments list[assessment]   `json:"assessment"`
	Inspection  object[struct {
		Date text `json:"date"`
	}] `json:"lastInspection"`
	Report object[struct {
		Date text `json:"publicationDate"`
	}] `json:"lastReport"`
}

type named struct {
	Name text `json:"name"`
}

type category struct {
	Primary text `json:"primary"`
	Name    text `json:"name"`
}

type service struct {
	Name        text `json:"name"`
	Description text `json:"description"`
}

type activity struct {
	Name     text          `json:"name"`
	Contacts list[contact] `json:"contacts"`
}

// contact is read only to count managers; it never leaves the function that counts.
type contact struct {
	Title  text       `json:"personTitle"`
	Given  text       `json:"personGivenName"`
	Family text       `json:"personFamilyName"`
	Roles  list[text] `json:"personRoles"`
}

type relationship struct {
	RelatedID   text `json:"relatedLocationId"`
	RelatedName text `json:"relatedLocationName"`
	Type        text `json:"type"`
	Reason      text `json:"reason"`
}

// provider is what is kept of a provider body.
type provider struct {
	ProviderID         text `json:"providerId"`
	Name               text `json:"name"`
	OwnershipType      text `json:"ownershipType"`
	CompanyNumber      text `json:"companiesHouseNumber"`
	CharityNumber      text `json:"charityNumber"`
	BrandID            text `json:"brandId"`
	BrandName          text `json:"brandName"`
	Type               text `json:"type"`
	RegistrationStatus text `json:"registrationStatus"`
	RegistrationDate   text `json:"registrationDate"`
	DeregistrationDate text `json:"deregistrationDate"`
	LocalAuthority     text `json:"localAuthority"`
	Region             text `json:"region"`
	PostalCode         text `json:"postalCode"`
	Directorate        text `json:"inspectionDirectorate"`
}

// rated is one rating wherever it stands. OrganisationID is there when another registration earned it.
type rated struct {
	Name           text        `json:"name"`
	Rating         text        `json:"rating"`
	ReportDate     text        `json:"reportDate"`
	ReportLinkID   text        `json:"reportLinkId"`
	OrganisationID text        `json:"organisationId"`
	Status         text        `json:"status"`
	KeyQuestions   list[rated] `json:"keyQuestionRatings"`
}

type current struct {
	ReportDate text          `json:"reportDate"`
	Overall    object[rated] `json:"overall"`
	Services   list[rated]   `json:"serviceRatings"`
}

type historic struct {
	ReportDate     text          `json:"reportDate"`
	ReportLinkID   text          `json:"reportLinkId"`
	OrganisationID text          `json:"organisationId"`
	Overall        object[rated] `json:"overall"`
	Services       list[rated]   `json:"serviceRatings"`
}

type assessment struct {
	Published text `json:"assessmentPlanPublishedDateTime"`
	Ratings   object[struct {
		Overall list[assessed] `json:"overall"`
		Groups  list[assessed] `json:"asgRatings"`
	}] `json:"ratings"`
}

type assessed struct {
	rated
	AssessmentDate text `json:"assessmentDate"`
}
