package contracts

import "bellwether/ingest/jsonrows"

type (
	text          = jsonrows.Text
	list[T any]   = jsonrows.List[T]
	object[T any] = jsonrows.Object[T]
)

// release is what is kept of a release; parties are read for company numbers alone.
type release struct {
	OCID      text           `json:"ocid"`
	ID        text           `json:"id"`
	Date      text           `json:"date"`
	Tag       list[text]     `json:"tag"`
	Title     text           `json:"title"`
	Buyer     object[party]  `json:"buyer"`
	Parties   list[party]    `json:"parties"`
	Planning  object[papers] `json:"planning"`
	Tender    object[tender] `json:"tender"`
	Awards    list[award]    `json:"awards"`
	Contracts list[agreed]   `json:"contracts"`
}

type party struct {
	ID         text               `json:"id"`
	Name       text               `json:"name"`
	Identifier object[identifier] `json:"identifier"`
	Others     list[identifier]   `json:"additionalIdentifiers"`
}

type identifier struct {
	Scheme text `json:"scheme"`
	ID     text `json:"id"`
}

type papers struct {
	Documents list[document] `json:"documents"`
}

type document struct {
	ID         text `json:"id"`
	NoticeType text `json:"noticeType"`
}

type tender struct {
	Title          text               `json:"title"`
	Status         text               `json:"status"`
	Category       text               `json:"mainProcurementCategory"`
	Classification object[identifier] `json:"classification"`
	Additional     list[identifier]   `json:"additionalClassifications"`
	Items          list[item]         `json:"items"`
	Value          object[money]      `json:"value"`
	Period         object[period]     `json:"contractPeriod"`
	Lots           list[lot]          `json:"lots"`
	Documents      list[document]     `json:"documents"`
}

type item struct {
	Classification object[identifier] `json:"classification"`
	Additional     list[identifier]   `json:"additionalClassifications"`
}

type lot struct {
	Period object[period] `json:"contractPeriod"`
}

type money struct {
	Amount   text `json:"amount"`
	Currency text `json:"currency"`
}

type period struct {
	Start text `json:"startDate"`
	End   text `json:"endDate"`
}

type award struct {
	ID        text           `json:"id"`
	Status    text           `json:"status"`
	Date      text           `json:"date"`
	Value     object[money]  `json:"value"`
	Suppliers list[party]    `json:"suppliers"`
	Period    object[period] `json:"contractPeriod"`
	Items     list[item]     `json:"items"`
	Documents list[document] `json:"documents"`
}

// agreed is a contract, which Find a Tender lists beside its award.
type agreed struct {
	AwardID   text           `json:"awardID"`
	Value     object[money]  `json:"value"`
	Period    object[period] `json:"period"`
	Documents list[document] `json:"documents"`
}
