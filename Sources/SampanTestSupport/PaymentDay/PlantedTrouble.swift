/// What is made wrong with an order of a generated day; each makes one break.
package enum PlantedTrouble: Sendable, CaseIterable {
    case longClosed, longUnknown, longTwice, short, amount
    case refundMissingAtChannel, refundMissingAtPlatform, refundAmount, refundNextDay
    case notPosted, notReversed, hisAmount, hisTwice, hisUnpaid
    case fee, nextDay, previousDay
}
