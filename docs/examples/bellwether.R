# Read Bellwether's API from R, with the packages httr2 and purrr.
#
#   BELLWETHER_URL=https://bellwether.example BELLWETHER_USER=market BELLWETHER_PASSWORD_FILE=password.txt Rscript bellwether.R
#
# Run by hand against the demonstration, not by Bellwether's own tests, which have no R: they hold its addresses and fields against those of
# the API.

library(httr2)
library(purrr)

base <- sub("/$", "", Sys.getenv("BELLWETHER_URL"))
jar <- tempfile()

request(base) |>
  req_url_path_append("sign-in") |>
  req_options(cookiefile = jar, cookiejar = jar) |>
  req_body_form(
    username = Sys.getenv("BELLWETHER_USER"),
    password = readLines(Sys.getenv("BELLWETHER_PASSWORD_FILE"), n = 1),
    `next` = "/help"
  ) |>
  req_perform()

ask <- function(path, ...) {
  request(base) |>
    req_url_path(path) |>
    req_url_query(...) |>
    req_options(cookiefile = jar, cookiejar = jar) |>
    req_perform() |>
    resp_body_json()
}

every <- function(path, ...) {
  rows <- list()
  cursor <- NULL
  repeat {
    page <- ask(path, cursor = cursor, ...)
    rows <- c(rows, page$data)
    cursor <- page[["next"]]
    if (is.null(cursor)) return(rows)
  }
}

market <- ask("/api/v1/market")
message(market$marking, ": as known on ", market$as_of)

flags <- every("/api/v1/flags", state = "open") |>
  map(\(f) data.frame(id = f$id, provider = f$provider_id, level = f$level, sentence = f$sentence)) |>
  list_rbind()
print(flags)
