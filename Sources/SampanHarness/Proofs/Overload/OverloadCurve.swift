/// What one server made of more and more load.
struct OverloadCurve: Sendable {
    struct Point: Sendable {
        /// What was offered, in peaks.
        let offer: Double
        let figures: OverloadFigures
    }

    /// Calls a second that it serves when it is full and nobody waits for long.
    let peak: Double
    /// In the order of their offers.
    let points: [Point]

    /// Goodput in peaks.
    func share(_ point: Point) -> Double { point.figures.goodput / peak }

    /// That of the largest offer; 0 where nothing was offered.
    var lastShare: Double { points.last.map(share) ?? 0 }
}
