# Times R's improved Farrington (farringtonFlexible of package surveillance) over one weekly step of each series: five years of weekly
# counts, four years back, ten seasonal blocks, past outbreaks weighted down. Prints the
# seconds of processor time a series.
suppressMessages(library(surveillance))
set.seed(1)
n <- as.integer(commandArgs(trailingOnly = TRUE)[1])
control <- list(range = 260, b = 4, w = 3, reweight = TRUE, weightsThreshold = 2.58, noPeriods = 10, pastWeeksNotIncluded = 26, pThresholdTrend = 1,
                thresholdMethod = "nbPlugin", alpha = 0.01, limit54 = c(5, 4), trend = TRUE, verbose = FALSE)
series <- lapply(seq_len(n), function(i) sts(observed = matrix(rnbinom(260, size = 4, mu = 4)), start = c(2021, 1), frequency = 52))
took <- system.time(for (s in series) suppressWarnings(farringtonFlexible(s, control)))
cat(sprintf("%.6f\n", (took[["user.self"]] + took[["sys.self"]]) / n))
