// From an accumulator to the next layer's activation:
//     y = clamp((acc * multiplier + offset) >>> shift, 0, 2^OUTPUT_BITS - 1)
// in 64-bit arithmetic; the arithmetic shift rounds down, the rounding half is in the offset.
//
// In the last layer (SCORES) the output is the 64-bit score acc * multiplier + offset itself.
// With POWERS_OF_TWO each multiplier is 0 or ±2^e: its one bit selects the accumulator shifted by e, and there is
// no multiplier.
// Two clock cycles of latency; `shift` comes one cycle after the accumulator.
module requantize #(
    parameter int ACC_BITS = 20,
    parameter int MULTIPLIER_BITS = 16,
    parameter int OUTPUT_BITS = 8,
    parameter bit SCORES = 1'b0,
    parameter bit POWERS_OF_TWO = 1'b0
) (
    input  logic                              clk,
    input  logic signed [ACC_BITS-1:0]        accumulator,
    input  logic signed [MULTIPLIER_BITS-1:0] multiplier,
    input  logic signed [63:0]                offset,
    input  logic [5:0]                        shift,
    output logic [OUTPUT_BITS-1:0]            value
);
    logic signed [63:0] scaled;

    logic signed [63:0] product;

    generate
        if (POWERS_OF_TWO) begin : shifts
            wire [MULTIPLIER_BITS-1:0] magnitude = multiplier < 0 ? -multiplier : multiplier;
            logic signed [63:0] selected;

            always_comb begin
                selected = '0;
                for (int e = 0; e < MULTIPLIER_BITS; e = e + 1)
                    selected = selected | (magnitude[e] ? 64'(accumulator) <<< e : 64'sd0);
            end
            assign product = multiplier < 0 ? -selected : selected;
        end else begin : multiplies
            assign product = 64'(accumulator) * 64'(multiplier);
        end
    endgenerate

    always_ff @(posedge clk)
        scaled <= product + offset;

    generate
        if (SCORES) begin : last_layer
            logic unused;

            assign unused = &{1'b0, shift};
            always_ff @(posedge clk)
                value <= scaled;
        end else begin : hidden_layer
            localparam logic signed [63:0] TOP = (64'sd1 <<< OUTPUT_BITS) - 64'sd1;

            wire signed [63:0] shifted = scaled >>> shift;

            always_ff @(posedge clk)
                value <= shifted < 0 ? '0 : shifted > TOP ? '1 : shifted[OUTPUT_BITS-1:0];
        end
    endgenerate
endmodule
