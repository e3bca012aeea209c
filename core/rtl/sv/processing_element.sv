// One row of the weight matrix at a time: adds and subtracts the activations that the decoded groups of this
// row select. No multiplier.
//
//     decoded groups, activations ─► K selects, add/subtract per lane ─► [group sums] ─► sum ─► [accumulator]
//
// Two clock cycles of latency. `valid` and `first` come one cycle after the groups they belong to. ACC_BITS is
// the width that no input can overflow (the exporter computes it from the weights); simulation checks it.
module processing_element #(
    parameter int N = 8,
    parameter int K = 2,
    parameter int POSITION_BITS = 3,
    parameter int LANES = 8,                  // groups per cycle
    parameter int ACTIVATION_BITS = 8,
    parameter bit ACTIVATION_SIGNED = 1'b0,
    parameter int ACC_BITS = 20
) (
    input  logic                               clk,
    input  logic [LANES*K-1:0]                 nonzero,     // lane 0 in the lowest bits, in it slot 0
    input  logic [LANES*K-1:0]                 negative,
    input  logic [LANES*K*POSITION_BITS-1:0]   position,
    input  logic [LANES*N*ACTIVATION_BITS-1:0] activations, // lane 0 in the lowest bits, in it position 0
    input  logic                               valid,       // group sums are there: accumulate them
    input  logic                               first,       // ... starting a new row
    output logic signed [ACC_BITS-1:0]         accumulator
);
    // K selects per lane, out of the N activations of the lane.
    logic [N*ACTIVATION_BITS-1:0]       lane_values;
    logic [LANES*K*ACTIVATION_BITS-1:0] selected; // by slot

    always_comb begin
        lane_values = '0;
        for (int lane = 0; lane < LANES; lane = lane + 1) begin
            lane_values = activations[lane*N*ACTIVATION_BITS +: N*ACTIVATION_BITS];
            for (int slot = 0; slot < K; slot = slot + 1)
                selected[(lane*K + slot)*ACTIVATION_BITS +: ACTIVATION_BITS] =
                    lane_values[32'(position[(lane*K + slot)*POSITION_BITS +: POSITION_BITS])*ACTIVATION_BITS
                                +: ACTIVATION_BITS];
        end
    end

    // Add/subtract. Where ACC_BITS is narrower than an activation, no weight uses the bits cut off.
    logic [LANES*ACC_BITS-1:0]  group_sums, next_sums;
    logic signed [ACC_BITS-1:0] group_sum, value, step_sum;

    always_comb begin
        value = 0;
        for (int lane = 0; lane < LANES; lane = lane + 1) begin
            group_sum = 0;
            for (int slot = 0; slot < K; slot = slot + 1) begin
                value = ACTIVATION_SIGNED
                            ? ACC_BITS'($signed(selected[(lane*K + slot)*ACTIVATION_BITS +: ACTIVATION_BITS]))
                            : $signed(ACC_BITS'(selected[(lane*K + slot)*ACTIVATION_BITS +: ACTIVATION_BITS]));
                if (nonzero[lane*K + slot])
                    group_sum = negative[lane*K + slot] ? group_sum - value : group_sum + value;
            end
            next_sums[lane*ACC_BITS +: ACC_BITS] = group_sum;
        end
    end

    always_ff @(posedge clk)
        group_sums <= next_sums;

    always_comb begin
        step_sum = 0;
        for (int lane = 0; lane < LANES; lane = lane + 1)
            step_sum = step_sum + $signed(group_sums[lane*ACC_BITS +: ACC_BITS]);
    end

    always_ff @(posedge clk)
        if (valid)
            accumulator <= first ? step_sum : accumulator + step_sum;

`ifndef SYNTHESIS
    // The same sums with room to spare: they differ as soon as the accumulator has overflowed.
    logic signed [63:0] exact_step, exact_next, exact, wide;
    logic               compare;

    always_comb begin
        exact_next = 0;
        wide = 0;
        for (int slot = 0; slot < LANES*K; slot = slot + 1) begin
            wide = ACTIVATION_SIGNED ? 64'($signed(selected[slot*ACTIVATION_BITS +: ACTIVATION_BITS]))
                                     : $signed(64'(selected[slot*ACTIVATION_BITS +: ACTIVATION_BITS]));
            if (nonzero[slot])
                exact_next = negative[slot] ? exact_next - wide : exact_next + wide;
        end
    end

    initial compare = 1'b0;

    always @(posedge clk) begin
        exact_step <= exact_next;
        compare <= valid;
        if (valid)
            exact <= first ? exact_step : exact + exact_step;
        if (compare && exact !== 64'(accumulator)) begin
            $display("FAIL: %m: the accumulator of %0d bits overflowed: %0d, must be %0d", ACC_BITS,
                     accumulator, exact);
            $fatal(1);
        end
    end
`endif
endmodule
