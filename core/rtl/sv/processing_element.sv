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
    // The activation that slot s of all lanes' slots selects.
    function automatic logic [ACTIVATION_BITS-1:0] selected(
        input integer s, input logic [LANES*K*POSITION_BITS-1:0] positions,
        input logic [LANES*N*ACTIVATION_BITS-1:0] values);
        selected = values[((s/K)*N + 32'(positions[s*POSITION_BITS +: POSITION_BITS]))*ACTIVATION_BITS
                          +: ACTIVATION_BITS];
    endfunction

    logic [LANES*ACC_BITS-1:0]  group_sums, next_sums;
    logic signed [ACC_BITS-1:0] group_sum, value, step_sum;

    always_comb begin
        value = 0;
        for (int lane = 0; lane < LANES; lane = lane + 1) begin
            group_sum = 0;
            for (int slot = 0; slot < K; slot = slot + 1) begin
                // Where ACC_BITS is narrower than an activation, no weight uses the bits cut off.
                value = ACTIVATION_SIGNED
                            ? ACC_BITS'($signed(selected(lane*K + slot, position, activations)))
                            : $signed(ACC_BITS'(selected(lane*K + slot, position, activations)));
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

    function automatic logic signed [63:0] widened(input logic [ACTIVATION_BITS-1:0] activation);
        if (ACTIVATION_SIGNED)
            widened = 64'($signed(activation));
        else
            widened = 64'(activation);
    endfunction

    always_comb begin
        exact_next = 0;
        wide = 0;
        for (int s = 0; s < LANES*K; s = s + 1) begin
            wide = widened(selected(s, position, activations));
            if (nonzero[s])
                exact_next = negative[s] ? exact_next - wide : exact_next + wide;
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
