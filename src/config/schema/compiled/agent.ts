// @ts-nocheck: by ajv and `make schemas`.
import { formats, measures } from '../formats.ts'
export const agentSchema = {"type":"object","required":["network","files","fields","spoolSize","durability","onLostState","pollInterval","shutdownTimeout","log"],"properties":{"network":{"type":"object","required":["balance","maxConnectionAge","timeout","protocol","wireForm","compressionLevel","windowsInFlight"],"properties":{"servers":{"type":"array","items":{"type":"string","format":"address","expects":"\"host:port\""},"minItems":1,"expects":"a list such as [\"logs.example.com:5044\"]"},"balance":{"enum":["random","failover","all"],"expects":"one of \"random\", \"failover\", \"all\"","default":"random"},"zone":{"type":"string","minLength":1,"expects":"text"},"maxConnectionAge":{"type":"string","format":"duration","durationFrom":"0s","durationTo":"30d","expects":"a duration with its unit such as \"500ms\", \"15s\" or \"1h30m\", from 0s to 30d","default":"30m"},"ssl certificate":{"type":"string","minLength":1,"expects":"the path of a PEM file","isAbsentWhenEmpty":true},"ssl key":{"type":"string","minLength":1,"expects":"the path of a PEM file","isAbsentWhenEmpty":true},"ssl ca":{"type":"string","minLength":1,"expects":"the path of a PEM file","isAbsentWhenEmpty":true},"tls":{"anyOf":[{"type":"object","properties":{"certificate":{"type":"string","minLength":1,"expects":"the path of a PEM file"},"key":{"type":"string","minLength":1,"expects":"the path of a PEM file"},"ca":{"type":"string","minLength":1,"expects":"the path of a PEM file"}},"additionalProperties":false,"expects":"an object"},{"type":"boolean","const":false}],"expects":"an object, or false for plain text"},"timeout":{"type":["number","string"],"format":"duration","durationFrom":"0s","durationTo":"1h","expects":"a number of seconds or a duration such as \"15s\", from 0s to 1h","default":15},"protocol":{"enum":[1,2],"expects":"one of 1, 2","default":2},"wireForm":{"enum":["auto","lumberjack"],"expects":"one of \"auto\", \"lumberjack\"","default":"auto"},"compressionLevel":{"type":"integer","expects":"a whole number from 0 to 9","default":1,"minimum":0,"maximum":9},"windowsInFlight":{"type":"integer","expects":"a whole number from 1 to 16","default":4,"minimum":1,"maximum":16}},"additionalProperties":false,"expects":"an object","default":{}},"files":{"type":"array","items":{"type":"object","required":["paths","exclude","fields","dead time","startPosition","maxLineBytes","archives","format","encoding","delimiter"],"properties":{"paths":{"type":"array","items":{"type":"string","minLength":1,"expects":"a glob such as \"/var/log/*.log\", or \"-\""},"minItems":1,"expects":"a list such as [\"/var/log/*.log\"]"},"exclude":{"type":"array","items":{"type":"string","minLength":1,"expects":"a glob"},"default":[],"expects":"a list of globs"},"fields":{"type":"object","patternProperties":{"^.*$":{}},"expects":"an object","default":{}},"dead time":{"type":"string","format":"duration","durationFrom":"1s","durationTo":"3650d","expects":"a duration with its unit such as \"500ms\", \"15s\" or \"1h30m\", from 1s to 3650d","default":"24h","isAbsentWhenEmpty":true},"startPosition":{"enum":["beginning","end"],"expects":"one of \"beginning\", \"end\"","default":"beginning"},"maxLineBytes":{"type":"string","format":"size","sizeFrom":"64B","sizeTo":"2560KiB","expects":"a size with its unit such as \"64KiB\" or \"10MiB\", from 64B to 2560KiB","default":"1MiB"},"archives":{"type":"boolean","expects":"true or false","default":false},"format":{"enum":["plain","cri","docker","auto"],"expects":"one of \"plain\", \"cri\", \"docker\", \"auto\"","default":"plain"},"encoding":{"type":"string","minLength":1,"expects":"a label such as \"windows-1252\"","default":"utf-8"},"delimiter":{"type":"string","minLength":1,"expects":"characters such as \"\\r\\n\\r\\n\"","default":"\n"},"multiline":{"type":["object","string"],"required":["negate","match","maxLines","maxBytes","timeout"],"properties":{"like":{"enum":["java","python","go","ruby","node","php","indented","timestamp","brackets"],"expects":"one of \"java\", \"python\", \"go\", \"ruby\", \"node\", \"php\", \"indented\", \"timestamp\", \"brackets\""},"pattern":{"type":"string","minLength":1,"expects":"a regular expression"},"negate":{"type":"boolean","expects":"true or false","default":false},"match":{"enum":["after","before"],"expects":"one of \"after\", \"before\"","default":"after"},"flushPattern":{"type":"string","minLength":1,"expects":"a regular expression"},"maxLines":{"type":"integer","expects":"a whole number from 1 to 100000","default":500,"minimum":1,"maximum":100000},"maxBytes":{"type":"string","format":"size","sizeFrom":"64B","sizeTo":"2560KiB","expects":"a size with its unit such as \"64KiB\" or \"10MiB\", from 64B to 2560KiB","default":"1MiB"},"timeout":{"type":"string","format":"duration","durationFrom":"10ms","durationTo":"1h","expects":"a duration with its unit such as \"500ms\", \"15s\" or \"1h30m\", from 10ms to 1h","default":"5s"}},"additionalProperties":false,"expects":"an object with \"pattern\" or \"like\", or one of \"java\", \"python\", \"go\", \"ruby\", \"node\", \"php\", \"indented\", \"timestamp\", \"brackets\"","pattern":"^(?:java|python|go|ruby|node|php|indented|timestamp|brackets)$"},"includeLines":{"type":"array","items":{"type":"string","minLength":1,"expects":"a regular expression"},"minItems":1,"expects":"a list of regular expressions"},"excludeLines":{"type":"array","items":{"type":"string","minLength":1,"expects":"a regular expression"},"minItems":1,"expects":"a list of regular expressions"},"tags":{"type":"array","items":{"type":"string","minLength":1,"expects":"text"},"minItems":1,"expects":"a list of texts"}},"additionalProperties":false,"expects":"an object"},"expects":"a list of objects such as {\"paths\": [\"/var/log/*.log\"]}"},"discovery":{"type":"object","properties":{"etcd":{"type":"object","required":["endpoints","layout","prefix"],"properties":{"endpoints":{"type":"array","items":{"type":"string","minLength":1,"expects":"an address such as \"https://etcd1:2379\""},"minItems":1,"expects":"a list such as [\"https://etcd1:2379\"]"},"layout":{"enum":["forwarder","logstash"],"expects":"one of \"forwarder\", \"logstash\"","default":"forwarder"},"prefix":{"type":"string","minLength":1,"expects":"a path such as \"/forwarder\": it begins with / and does not end with one","default":"/forwarder","format":"etcd-prefix"},"user":{"type":"string","minLength":1,"expects":"text"},"password":{"type":"string","minLength":1,"expects":"text","isSecret":true},"passwordFile":{"type":"string","minLength":1,"expects":"a path"},"ca":{"type":"string","minLength":1,"expects":"the path of a PEM file"},"certificate":{"type":"string","minLength":1,"expects":"the path of a PEM file"},"key":{"type":"string","minLength":1,"expects":"the path of a PEM file"}},"additionalProperties":false,"expects":"an object"},"dns":{"type":"object","required":["names","refresh"],"properties":{"names":{"type":"array","items":{"type":"string","format":"address","expects":"\"host:port\""},"minItems":1,"expects":"a list such as [\"logs.example.com:5044\"]"},"refresh":{"type":"string","format":"duration","durationFrom":"1s","durationTo":"1d","expects":"a duration with its unit such as \"500ms\", \"15s\" or \"1h30m\", from 1s to 1d","default":"30s"}},"additionalProperties":false,"expects":"an object"},"srv":{"type":"object","required":["name","refresh"],"properties":{"name":{"type":"string","minLength":1,"expects":"a name such as \"_lumberjack._tcp.example.org\"","format":"srv-name"},"refresh":{"type":"string","format":"duration","durationFrom":"1s","durationTo":"1d","expects":"a duration with its unit such as \"500ms\", \"15s\" or \"1h30m\", from 1s to 1d","default":"30s"}},"additionalProperties":false,"expects":"an object"}},"additionalProperties":false,"expects":"an object"},"enrolment":{"type":"object","required":["caFingerprint"],"properties":{"caFingerprint":{"type":"string","minLength":1,"expects":"the fingerprint that `forwarder ca fingerprint` prints: sha256: and 64 hexadecimal digits","format":"fingerprint"},"token":{"type":"string","minLength":1,"expects":"text","isSecret":true},"tokenFile":{"type":"string","minLength":1,"expects":"a path"},"name":{"type":"string","minLength":1,"expects":"text"}},"additionalProperties":false,"expects":"an object"},"host":{"type":"string","minLength":1,"expects":"text"},"fields":{"type":"object","patternProperties":{"^.*$":{}},"expects":"an object","default":{}},"spoolSize":{"type":"integer","expects":"a whole number from 1 to 10000","default":8192,"minimum":1,"maximum":10000},"durability":{"enum":["disk","process"],"expects":"one of \"disk\", \"process\"","default":"disk"},"onLostState":{"enum":["stop","resend","end"],"expects":"one of \"stop\", \"resend\", \"end\"","default":"stop"},"pollInterval":{"type":"string","format":"duration","durationFrom":"10ms","durationTo":"1h","expects":"a duration with its unit such as \"500ms\", \"15s\" or \"1h30m\", from 10ms to 1h","default":"1s"},"holdTime":{"type":"string","format":"duration","durationFrom":"1s","durationTo":"3650d","expects":"a duration with its unit such as \"500ms\", \"15s\" or \"1h30m\", from 1s to 3650d"},"holdBytes":{"type":"string","format":"size","sizeFrom":"1MiB","sizeTo":"1024TiB","expects":"a size with its unit such as \"64KiB\" or \"10MiB\", from 1MiB to 1024TiB"},"include":{"type":"array","items":{"type":"string","minLength":1,"expects":"a path"},"minItems":1,"expects":"a list such as [\"conf.d\"]"},"stateDir":{"type":"string","minLength":1,"expects":"a path"},"shutdownTimeout":{"type":"string","format":"duration","durationFrom":"0s","durationTo":"1h","expects":"a duration with its unit such as \"500ms\", \"15s\" or \"1h30m\", from 0s to 1h","default":"5s"},"metrics":{"type":"object","required":["listen"],"properties":{"listen":{"type":"string","format":"address","expects":"\"host:port\" such as \"127.0.0.1:9605\""}},"additionalProperties":false,"expects":"an object"},"log":{"type":"object","required":["level","format","syslog"],"properties":{"level":{"enum":["debug","info","warn","error"],"expects":"one of \"debug\", \"info\", \"warn\", \"error\"","default":"info"},"format":{"enum":["auto","json","text"],"expects":"one of \"auto\", \"json\", \"text\"","default":"auto"},"syslog":{"type":"boolean","expects":"true or false","default":false}},"additionalProperties":false,"expects":"an object","default":{}}},"additionalProperties":false,"expects":"an object"}
"use strict";
export const validateAgent = validate10;
const schema11 = agentSchema;
const func0 = Object.prototype.hasOwnProperty;
const formats0 = formats.address;
const formats2 = formats.duration;
const formats8 = formats.size;
const formats14 = /^(?:\/[^/\p{Cc}]+)+$/u;
const formats20 = /^_[\w-]+\._(?:tcp|udp)(?:\.[\w-]+)+\.?$/u;
const formats24 = /^(?:sha-?256[:=])?(?:[\da-f]{2}:?){31}[\da-f]{2}$/iu;
const pattern0 = new RegExp("^(?:java|python|go|ruby|node|php|indented|timestamp|brackets)$", "u");

function validate10(data, {instancePath="", parentData, parentDataProperty, rootData=data}={}){
let vErrors = null;
let errors = 0;
if(data && typeof data == "object" && !Array.isArray(data)){
if((data.network === undefined) || (!(func0.call(data, "network")))){
const err0 = {instancePath,schemaPath:"#/required",keyword:"required",params:{missingProperty: "network"}};
if(vErrors === null){
vErrors = [err0];
}
else {
vErrors.push(err0);
}
errors++;
}
if((data.files === undefined) || (!(func0.call(data, "files")))){
const err1 = {instancePath,schemaPath:"#/required",keyword:"required",params:{missingProperty: "files"}};
if(vErrors === null){
vErrors = [err1];
}
else {
vErrors.push(err1);
}
errors++;
}
if((data.fields === undefined) || (!(func0.call(data, "fields")))){
const err2 = {instancePath,schemaPath:"#/required",keyword:"required",params:{missingProperty: "fields"}};
if(vErrors === null){
vErrors = [err2];
}
else {
vErrors.push(err2);
}
errors++;
}
if((data.spoolSize === undefined) || (!(func0.call(data, "spoolSize")))){
const err3 = {instancePath,schemaPath:"#/required",keyword:"required",params:{missingProperty: "spoolSize"}};
if(vErrors === null){
vErrors = [err3];
}
else {
vErrors.push(err3);
}
errors++;
}
if((data.durability === undefined) || (!(func0.call(data, "durability")))){
const err4 = {instancePath,schemaPath:"#/required",keyword:"required",params:{missingProperty: "durability"}};
if(vErrors === null){
vErrors = [err4];
}
else {
vErrors.push(err4);
}
errors++;
}
if((data.onLostState === undefined) || (!(func0.call(data, "onLostState")))){
const err5 = {instancePath,schemaPath:"#/required",keyword:"required",params:{missingProperty: "onLostState"}};
if(vErrors === null){
vErrors = [err5];
}
else {
vErrors.push(err5);
}
errors++;
}
if((data.pollInterval === undefined) || (!(func0.call(data, "pollInterval")))){
const err6 = {instancePath,schemaPath:"#/required",keyword:"required",params:{missingProperty: "pollInterval"}};
if(vErrors === null){
vErrors = [err6];
}
else {
vErrors.push(err6);
}
errors++;
}
if((data.shutdownTimeout === undefined) || (!(func0.call(data, "shutdownTimeout")))){
const err7 = {instancePath,schemaPath:"#/required",keyword:"required",params:{missingProperty: "shutdownTimeout"}};
if(vErrors === null){
vErrors = [err7];
}
else {
vErrors.push(err7);
}
errors++;
}
if((data.log === undefined) || (!(func0.call(data, "log")))){
const err8 = {instancePath,schemaPath:"#/required",keyword:"required",params:{missingProperty: "log"}};
if(vErrors === null){
vErrors = [err8];
}
else {
vErrors.push(err8);
}
errors++;
}
for(const key0 of Object.keys(data)){
if(!(func0.call(schema11.properties, key0))){
const err9 = {instancePath,schemaPath:"#/additionalProperties",keyword:"additionalProperties",params:{additionalProperty: key0}};
if(vErrors === null){
vErrors = [err9];
}
else {
vErrors.push(err9);
}
errors++;
}
}
if(data.network !== undefined && func0.call(data, "network")){
let data0 = data.network;
if(data0 && typeof data0 == "object" && !Array.isArray(data0)){
if((data0.balance === undefined) || (!(func0.call(data0, "balance")))){
const err10 = {instancePath:instancePath+"/network",schemaPath:"#/properties/network/required",keyword:"required",params:{missingProperty: "balance"}};
if(vErrors === null){
vErrors = [err10];
}
else {
vErrors.push(err10);
}
errors++;
}
if((data0.maxConnectionAge === undefined) || (!(func0.call(data0, "maxConnectionAge")))){
const err11 = {instancePath:instancePath+"/network",schemaPath:"#/properties/network/required",keyword:"required",params:{missingProperty: "maxConnectionAge"}};
if(vErrors === null){
vErrors = [err11];
}
else {
vErrors.push(err11);
}
errors++;
}
if((data0.timeout === undefined) || (!(func0.call(data0, "timeout")))){
const err12 = {instancePath:instancePath+"/network",schemaPath:"#/properties/network/required",keyword:"required",params:{missingProperty: "timeout"}};
if(vErrors === null){
vErrors = [err12];
}
else {
vErrors.push(err12);
}
errors++;
}
if((data0.protocol === undefined) || (!(func0.call(data0, "protocol")))){
const err13 = {instancePath:instancePath+"/network",schemaPath:"#/properties/network/required",keyword:"required",params:{missingProperty: "protocol"}};
if(vErrors === null){
vErrors = [err13];
}
else {
vErrors.push(err13);
}
errors++;
}
if((data0.wireForm === undefined) || (!(func0.call(data0, "wireForm")))){
const err14 = {instancePath:instancePath+"/network",schemaPath:"#/properties/network/required",keyword:"required",params:{missingProperty: "wireForm"}};
if(vErrors === null){
vErrors = [err14];
}
else {
vErrors.push(err14);
}
errors++;
}
if((data0.compressionLevel === undefined) || (!(func0.call(data0, "compressionLevel")))){
const err15 = {instancePath:instancePath+"/network",schemaPath:"#/properties/network/required",keyword:"required",params:{missingProperty: "compressionLevel"}};
if(vErrors === null){
vErrors = [err15];
}
else {
vErrors.push(err15);
}
errors++;
}
if((data0.windowsInFlight === undefined) || (!(func0.call(data0, "windowsInFlight")))){
const err16 = {instancePath:instancePath+"/network",schemaPath:"#/properties/network/required",keyword:"required",params:{missingProperty: "windowsInFlight"}};
if(vErrors === null){
vErrors = [err16];
}
else {
vErrors.push(err16);
}
errors++;
}
for(const key1 of Object.keys(data0)){
if(!(func0.call(schema11.properties.network.properties, key1))){
const err17 = {instancePath:instancePath+"/network",schemaPath:"#/properties/network/additionalProperties",keyword:"additionalProperties",params:{additionalProperty: key1}};
if(vErrors === null){
vErrors = [err17];
}
else {
vErrors.push(err17);
}
errors++;
}
}
if(data0.servers !== undefined && func0.call(data0, "servers")){
let data1 = data0.servers;
if(Array.isArray(data1)){
if(data1.length < 1){
const err18 = {instancePath:instancePath+"/network/servers",schemaPath:"#/properties/network/properties/servers/minItems",keyword:"minItems",params:{limit: 1}};
if(vErrors === null){
vErrors = [err18];
}
else {
vErrors.push(err18);
}
errors++;
}
const len0 = data1.length;
for(let i0=0; i0<len0; i0++){
let data2 = data1[i0];
if(typeof data2 === "string"){
if(!(formats0(data2))){
const err19 = {instancePath:instancePath+"/network/servers/" + i0,schemaPath:"#/properties/network/properties/servers/items/format",keyword:"format",params:{format: "address"}};
if(vErrors === null){
vErrors = [err19];
}
else {
vErrors.push(err19);
}
errors++;
}
}
else {
const err20 = {instancePath:instancePath+"/network/servers/" + i0,schemaPath:"#/properties/network/properties/servers/items/type",keyword:"type",params:{type: "string"}};
if(vErrors === null){
vErrors = [err20];
}
else {
vErrors.push(err20);
}
errors++;
}
}
}
else {
const err21 = {instancePath:instancePath+"/network/servers",schemaPath:"#/properties/network/properties/servers/type",keyword:"type",params:{type: "array"}};
if(vErrors === null){
vErrors = [err21];
}
else {
vErrors.push(err21);
}
errors++;
}
}
if(data0.balance !== undefined && func0.call(data0, "balance")){
let data3 = data0.balance;
if(!(((data3 === "random") || (data3 === "failover")) || (data3 === "all"))){
const err22 = {instancePath:instancePath+"/network/balance",schemaPath:"#/properties/network/properties/balance/enum",keyword:"enum",params:{allowedValues: schema11.properties.network.properties.balance.enum}};
if(vErrors === null){
vErrors = [err22];
}
else {
vErrors.push(err22);
}
errors++;
}
}
if(data0.zone !== undefined && func0.call(data0, "zone")){
let data4 = data0.zone;
if(typeof data4 === "string"){
if(data4.length < 1){
const err23 = {instancePath:instancePath+"/network/zone",schemaPath:"#/properties/network/properties/zone/minLength",keyword:"minLength",params:{limit: 1}};
if(vErrors === null){
vErrors = [err23];
}
else {
vErrors.push(err23);
}
errors++;
}
}
else {
const err24 = {instancePath:instancePath+"/network/zone",schemaPath:"#/properties/network/properties/zone/type",keyword:"type",params:{type: "string"}};
if(vErrors === null){
vErrors = [err24];
}
else {
vErrors.push(err24);
}
errors++;
}
}
if(data0.maxConnectionAge !== undefined && func0.call(data0, "maxConnectionAge")){
let data5 = data0.maxConnectionAge;
if(measures.duration(data5) < 0){
const err25 = {instancePath:instancePath+"/network/maxConnectionAge",schemaPath:"#/properties/network/properties/maxConnectionAge/durationFrom",keyword:"durationFrom",params:{}};
if(vErrors === null){
vErrors = [err25];
}
else {
vErrors.push(err25);
}
errors++;
}
if(measures.duration(data5) > 2592000000){
const err26 = {instancePath:instancePath+"/network/maxConnectionAge",schemaPath:"#/properties/network/properties/maxConnectionAge/durationTo",keyword:"durationTo",params:{}};
if(vErrors === null){
vErrors = [err26];
}
else {
vErrors.push(err26);
}
errors++;
}
if(typeof data5 === "string"){
if(!(formats2(data5))){
const err27 = {instancePath:instancePath+"/network/maxConnectionAge",schemaPath:"#/properties/network/properties/maxConnectionAge/format",keyword:"format",params:{format: "duration"}};
if(vErrors === null){
vErrors = [err27];
}
else {
vErrors.push(err27);
}
errors++;
}
}
else {
const err28 = {instancePath:instancePath+"/network/maxConnectionAge",schemaPath:"#/properties/network/properties/maxConnectionAge/type",keyword:"type",params:{type: "string"}};
if(vErrors === null){
vErrors = [err28];
}
else {
vErrors.push(err28);
}
errors++;
}
}
if(data0["ssl certificate"] !== undefined && func0.call(data0, "ssl certificate")){
let data6 = data0["ssl certificate"];
if(typeof data6 === "string"){
if(data6.length < 1){
const err29 = {instancePath:instancePath+"/network/ssl certificate",schemaPath:"#/properties/network/properties/ssl%20certificate/minLength",keyword:"minLength",params:{limit: 1}};
if(vErrors === null){
vErrors = [err29];
}
else {
vErrors.push(err29);
}
errors++;
}
}
else {
const err30 = {instancePath:instancePath+"/network/ssl certificate",schemaPath:"#/properties/network/properties/ssl%20certificate/type",keyword:"type",params:{type: "string"}};
if(vErrors === null){
vErrors = [err30];
}
else {
vErrors.push(err30);
}
errors++;
}
}
if(data0["ssl key"] !== undefined && func0.call(data0, "ssl key")){
let data7 = data0["ssl key"];
if(typeof data7 === "string"){
if(data7.length < 1){
const err31 = {instancePath:instancePath+"/network/ssl key",schemaPath:"#/properties/network/properties/ssl%20key/minLength",keyword:"minLength",params:{limit: 1}};
if(vErrors === null){
vErrors = [err31];
}
else {
vErrors.push(err31);
}
errors++;
}
}
else {
const err32 = {instancePath:instancePath+"/network/ssl key",schemaPath:"#/properties/network/properties/ssl%20key/type",keyword:"type",params:{type: "string"}};
if(vErrors === null){
vErrors = [err32];
}
else {
vErrors.push(err32);
}
errors++;
}
}
if(data0["ssl ca"] !== undefined && func0.call(data0, "ssl ca")){
let data8 = data0["ssl ca"];
if(typeof data8 === "string"){
if(data8.length < 1){
const err33 = {instancePath:instancePath+"/network/ssl ca",schemaPath:"#/properties/network/properties/ssl%20ca/minLength",keyword:"minLength",params:{limit: 1}};
if(vErrors === null){
vErrors = [err33];
}
else {
vErrors.push(err33);
}
errors++;
}
}
else {
const err34 = {instancePath:instancePath+"/network/ssl ca",schemaPath:"#/properties/network/properties/ssl%20ca/type",keyword:"type",params:{type: "string"}};
if(vErrors === null){
vErrors = [err34];
}
else {
vErrors.push(err34);
}
errors++;
}
}
if(data0.tls !== undefined && func0.call(data0, "tls")){
let data9 = data0.tls;
const _errs21 = errors;
let valid4 = false;
const _errs22 = errors;
if(data9 && typeof data9 == "object" && !Array.isArray(data9)){
for(const key2 of Object.keys(data9)){
if(!(((key2 === "certificate") || (key2 === "key")) || (key2 === "ca"))){
const err35 = {instancePath:instancePath+"/network/tls",schemaPath:"#/properties/network/properties/tls/anyOf/0/additionalProperties",keyword:"additionalProperties",params:{additionalProperty: key2}};
if(vErrors === null){
vErrors = [err35];
}
else {
vErrors.push(err35);
}
errors++;
}
}
if(data9.certificate !== undefined && func0.call(data9, "certificate")){
let data10 = data9.certificate;
if(typeof data10 === "string"){
if(data10.length < 1){
const err36 = {instancePath:instancePath+"/network/tls/certificate",schemaPath:"#/properties/network/properties/tls/anyOf/0/properties/certificate/minLength",keyword:"minLength",params:{limit: 1}};
if(vErrors === null){
vErrors = [err36];
}
else {
vErrors.push(err36);
}
errors++;
}
}
else {
const err37 = {instancePath:instancePath+"/network/tls/certificate",schemaPath:"#/properties/network/properties/tls/anyOf/0/properties/certificate/type",keyword:"type",params:{type: "string"}};
if(vErrors === null){
vErrors = [err37];
}
else {
vErrors.push(err37);
}
errors++;
}
}
if(data9.key !== undefined && func0.call(data9, "key")){
let data11 = data9.key;
if(typeof data11 === "string"){
if(data11.length < 1){
const err38 = {instancePath:instancePath+"/network/tls/key",schemaPath:"#/properties/network/properties/tls/anyOf/0/properties/key/minLength",keyword:"minLength",params:{limit: 1}};
if(vErrors === null){
vErrors = [err38];
}
else {
vErrors.push(err38);
}
errors++;
}
}
else {
const err39 = {instancePath:instancePath+"/network/tls/key",schemaPath:"#/properties/network/properties/tls/anyOf/0/properties/key/type",keyword:"type",params:{type: "string"}};
if(vErrors === null){
vErrors = [err39];
}
else {
vErrors.push(err39);
}
errors++;
}
}
if(data9.ca !== undefined && func0.call(data9, "ca")){
let data12 = data9.ca;
if(typeof data12 === "string"){
if(data12.length < 1){
const err40 = {instancePath:instancePath+"/network/tls/ca",schemaPath:"#/properties/network/properties/tls/anyOf/0/properties/ca/minLength",keyword:"minLength",params:{limit: 1}};
if(vErrors === null){
vErrors = [err40];
}
else {
vErrors.push(err40);
}
errors++;
}
}
else {
const err41 = {instancePath:instancePath+"/network/tls/ca",schemaPath:"#/properties/network/properties/tls/anyOf/0/properties/ca/type",keyword:"type",params:{type: "string"}};
if(vErrors === null){
vErrors = [err41];
}
else {
vErrors.push(err41);
}
errors++;
}
}
}
else {
const err42 = {instancePath:instancePath+"/network/tls",schemaPath:"#/properties/network/properties/tls/anyOf/0/type",keyword:"type",params:{type: "object"}};
if(vErrors === null){
vErrors = [err42];
}
else {
vErrors.push(err42);
}
errors++;
}
var _valid0 = _errs22 === errors;
valid4 = valid4 || _valid0;
if(!valid4){
const _errs31 = errors;
if(typeof data9 !== "boolean"){
const err43 = {instancePath:instancePath+"/network/tls",schemaPath:"#/properties/network/properties/tls/anyOf/1/type",keyword:"type",params:{type: "boolean"}};
if(vErrors === null){
vErrors = [err43];
}
else {
vErrors.push(err43);
}
errors++;
}
if(false !== data9){
const err44 = {instancePath:instancePath+"/network/tls",schemaPath:"#/properties/network/properties/tls/anyOf/1/const",keyword:"const",params:{allowedValue: false}};
if(vErrors === null){
vErrors = [err44];
}
else {
vErrors.push(err44);
}
errors++;
}
var _valid0 = _errs31 === errors;
valid4 = valid4 || _valid0;
}
if(!valid4){
const err45 = {instancePath:instancePath+"/network/tls",schemaPath:"#/properties/network/properties/tls/anyOf",keyword:"anyOf",params:{}};
if(vErrors === null){
vErrors = [err45];
}
else {
vErrors.push(err45);
}
errors++;
}
else {
errors = _errs21;
if(vErrors !== null){
if(_errs21){
vErrors.length = _errs21;
}
else {
vErrors = null;
}
}
}
}
if(data0.timeout !== undefined && func0.call(data0, "timeout")){
let data13 = data0.timeout;
if((!((typeof data13 == "number") && (isFinite(data13)))) && (typeof data13 !== "string")){
const err46 = {instancePath:instancePath+"/network/timeout",schemaPath:"#/properties/network/properties/timeout/type",keyword:"type",params:{type: schema11.properties.network.properties.timeout.type}};
if(vErrors === null){
vErrors = [err46];
}
else {
vErrors.push(err46);
}
errors++;
}
if(measures.duration(data13) < 0){
const err47 = {instancePath:instancePath+"/network/timeout",schemaPath:"#/properties/network/properties/timeout/durationFrom",keyword:"durationFrom",params:{}};
if(vErrors === null){
vErrors = [err47];
}
else {
vErrors.push(err47);
}
errors++;
}
if(measures.duration(data13) > 3600000){
const err48 = {instancePath:instancePath+"/network/timeout",schemaPath:"#/properties/network/properties/timeout/durationTo",keyword:"durationTo",params:{}};
if(vErrors === null){
vErrors = [err48];
}
else {
vErrors.push(err48);
}
errors++;
}
if(typeof data13 === "string"){
if(!(formats2(data13))){
const err49 = {instancePath:instancePath+"/network/timeout",schemaPath:"#/properties/network/properties/timeout/format",keyword:"format",params:{format: "duration"}};
if(vErrors === null){
vErrors = [err49];
}
else {
vErrors.push(err49);
}
errors++;
}
}
}
if(data0.protocol !== undefined && func0.call(data0, "protocol")){
let data14 = data0.protocol;
if(!((data14 === 1) || (data14 === 2))){
const err50 = {instancePath:instancePath+"/network/protocol",schemaPath:"#/properties/network/properties/protocol/enum",keyword:"enum",params:{allowedValues: schema11.properties.network.properties.protocol.enum}};
if(vErrors === null){
vErrors = [err50];
}
else {
vErrors.push(err50);
}
errors++;
}
}
if(data0.wireForm !== undefined && func0.call(data0, "wireForm")){
let data15 = data0.wireForm;
if(!((data15 === "auto") || (data15 === "lumberjack"))){
const err51 = {instancePath:instancePath+"/network/wireForm",schemaPath:"#/properties/network/properties/wireForm/enum",keyword:"enum",params:{allowedValues: schema11.properties.network.properties.wireForm.enum}};
if(vErrors === null){
vErrors = [err51];
}
else {
vErrors.push(err51);
}
errors++;
}
}
if(data0.compressionLevel !== undefined && func0.call(data0, "compressionLevel")){
let data16 = data0.compressionLevel;
if(!(((typeof data16 == "number") && (!(data16 % 1) && !isNaN(data16))) && (isFinite(data16)))){
const err52 = {instancePath:instancePath+"/network/compressionLevel",schemaPath:"#/properties/network/properties/compressionLevel/type",keyword:"type",params:{type: "integer"}};
if(vErrors === null){
vErrors = [err52];
}
else {
vErrors.push(err52);
}
errors++;
}
if((typeof data16 == "number") && (isFinite(data16))){
if(data16 > 9 || isNaN(data16)){
const err53 = {instancePath:instancePath+"/network/compressionLevel",schemaPath:"#/properties/network/properties/compressionLevel/maximum",keyword:"maximum",params:{comparison: "<=", limit: 9}};
if(vErrors === null){
vErrors = [err53];
}
else {
vErrors.push(err53);
}
errors++;
}
if(data16 < 0 || isNaN(data16)){
const err54 = {instancePath:instancePath+"/network/compressionLevel",schemaPath:"#/properties/network/properties/compressionLevel/minimum",keyword:"minimum",params:{comparison: ">=", limit: 0}};
if(vErrors === null){
vErrors = [err54];
}
else {
vErrors.push(err54);
}
errors++;
}
}
}
if(data0.windowsInFlight !== undefined && func0.call(data0, "windowsInFlight")){
let data17 = data0.windowsInFlight;
if(!(((typeof data17 == "number") && (!(data17 % 1) && !isNaN(data17))) && (isFinite(data17)))){
const err55 = {instancePath:instancePath+"/network/windowsInFlight",schemaPath:"#/properties/network/properties/windowsInFlight/type",keyword:"type",params:{type: "integer"}};
if(vErrors === null){
vErrors = [err55];
}
else {
vErrors.push(err55);
}
errors++;
}
if((typeof data17 == "number") && (isFinite(data17))){
if(data17 > 16 || isNaN(data17)){
const err56 = {instancePath:instancePath+"/network/windowsInFlight",schemaPath:"#/properties/network/properties/windowsInFlight/maximum",keyword:"maximum",params:{comparison: "<=", limit: 16}};
if(vErrors === null){
vErrors = [err56];
}
else {
vErrors.push(err56);
}
errors++;
}
if(data17 < 1 || isNaN(data17)){
const err57 = {instancePath:instancePath+"/network/windowsInFlight",schemaPath:"#/properties/network/properties/windowsInFlight/minimum",keyword:"minimum",params:{comparison: ">=", limit: 1}};
if(vErrors === null){
vErrors = [err57];
}
else {
vErrors.push(err57);
}
errors++;
}
}
}
}
else {
const err58 = {instancePath:instancePath+"/network",schemaPath:"#/properties/network/type",keyword:"type",params:{type: "object"}};
if(vErrors === null){
vErrors = [err58];
}
else {
vErrors.push(err58);
}
errors++;
}
}
if(data.files !== undefined && func0.call(data, "files")){
let data18 = data.files;
if(Array.isArray(data18)){
const len1 = data18.length;
for(let i1=0; i1<len1; i1++){
let data19 = data18[i1];
if(data19 && typeof data19 == "object" && !Array.isArray(data19)){
if((data19.paths === undefined) || (!(func0.call(data19, "paths")))){
const err59 = {instancePath:instancePath+"/files/" + i1,schemaPath:"#/properties/files/items/required",keyword:"required",params:{missingProperty: "paths"}};
if(vErrors === null){
vErrors = [err59];
}
else {
vErrors.push(err59);
}
errors++;
}
if((data19.exclude === undefined) || (!(func0.call(data19, "exclude")))){
const err60 = {instancePath:instancePath+"/files/" + i1,schemaPath:"#/properties/files/items/required",keyword:"required",params:{missingProperty: "exclude"}};
if(vErrors === null){
vErrors = [err60];
}
else {
vErrors.push(err60);
}
errors++;
}
if((data19.fields === undefined) || (!(func0.call(data19, "fields")))){
const err61 = {instancePath:instancePath+"/files/" + i1,schemaPath:"#/properties/files/items/required",keyword:"required",params:{missingProperty: "fields"}};
if(vErrors === null){
vErrors = [err61];
}
else {
vErrors.push(err61);
}
errors++;
}
if((data19["dead time"] === undefined) || (!(func0.call(data19, "dead time")))){
const err62 = {instancePath:instancePath+"/files/" + i1,schemaPath:"#/properties/files/items/required",keyword:"required",params:{missingProperty: "dead time"}};
if(vErrors === null){
vErrors = [err62];
}
else {
vErrors.push(err62);
}
errors++;
}
if((data19.startPosition === undefined) || (!(func0.call(data19, "startPosition")))){
const err63 = {instancePath:instancePath+"/files/" + i1,schemaPath:"#/properties/files/items/required",keyword:"required",params:{missingProperty: "startPosition"}};
if(vErrors === null){
vErrors = [err63];
}
else {
vErrors.push(err63);
}
errors++;
}
if((data19.maxLineBytes === undefined) || (!(func0.call(data19, "maxLineBytes")))){
const err64 = {instancePath:instancePath+"/files/" + i1,schemaPath:"#/properties/files/items/required",keyword:"required",params:{missingProperty: "maxLineBytes"}};
if(vErrors === null){
vErrors = [err64];
}
else {
vErrors.push(err64);
}
errors++;
}
if((data19.archives === undefined) || (!(func0.call(data19, "archives")))){
const err65 = {instancePath:instancePath+"/files/" + i1,schemaPath:"#/properties/files/items/required",keyword:"required",params:{missingProperty: "archives"}};
if(vErrors === null){
vErrors = [err65];
}
else {
vErrors.push(err65);
}
errors++;
}
if((data19.format === undefined) || (!(func0.call(data19, "format")))){
const err66 = {instancePath:instancePath+"/files/" + i1,schemaPath:"#/properties/files/items/required",keyword:"required",params:{missingProperty: "format"}};
if(vErrors === null){
vErrors = [err66];
}
else {
vErrors.push(err66);
}
errors++;
}
if((data19.encoding === undefined) || (!(func0.call(data19, "encoding")))){
const err67 = {instancePath:instancePath+"/files/" + i1,schemaPath:"#/properties/files/items/required",keyword:"required",params:{missingProperty: "encoding"}};
if(vErrors === null){
vErrors = [err67];
}
else {
vErrors.push(err67);
}
errors++;
}
if((data19.delimiter === undefined) || (!(func0.call(data19, "delimiter")))){
const err68 = {instancePath:instancePath+"/files/" + i1,schemaPath:"#/properties/files/items/required",keyword:"required",params:{missingProperty: "delimiter"}};
if(vErrors === null){
vErrors = [err68];
}
else {
vErrors.push(err68);
}
errors++;
}
for(const key3 of Object.keys(data19)){
if(!(func0.call(schema11.properties.files.items.properties, key3))){
const err69 = {instancePath:instancePath+"/files/" + i1,schemaPath:"#/properties/files/items/additionalProperties",keyword:"additionalProperties",params:{additionalProperty: key3}};
if(vErrors === null){
vErrors = [err69];
}
else {
vErrors.push(err69);
}
errors++;
}
}
if(data19.paths !== undefined && func0.call(data19, "paths")){
let data20 = data19.paths;
if(Array.isArray(data20)){
if(data20.length < 1){
const err70 = {instancePath:instancePath+"/files/" + i1+"/paths",schemaPath:"#/properties/files/items/properties/paths/minItems",keyword:"minItems",params:{limit: 1}};
if(vErrors === null){
vErrors = [err70];
}
else {
vErrors.push(err70);
}
errors++;
}
const len2 = data20.length;
for(let i2=0; i2<len2; i2++){
let data21 = data20[i2];
if(typeof data21 === "string"){
if(data21.length < 1){
const err71 = {instancePath:instancePath+"/files/" + i1+"/paths/" + i2,schemaPath:"#/properties/files/items/properties/paths/items/minLength",keyword:"minLength",params:{limit: 1}};
if(vErrors === null){
vErrors = [err71];
}
else {
vErrors.push(err71);
}
errors++;
}
}
else {
const err72 = {instancePath:instancePath+"/files/" + i1+"/paths/" + i2,schemaPath:"#/properties/files/items/properties/paths/items/type",keyword:"type",params:{type: "string"}};
if(vErrors === null){
vErrors = [err72];
}
else {
vErrors.push(err72);
}
errors++;
}
}
}
else {
const err73 = {instancePath:instancePath+"/files/" + i1+"/paths",schemaPath:"#/properties/files/items/properties/paths/type",keyword:"type",params:{type: "array"}};
if(vErrors === null){
vErrors = [err73];
}
else {
vErrors.push(err73);
}
errors++;
}
}
if(data19.exclude !== undefined && func0.call(data19, "exclude")){
let data22 = data19.exclude;
if(Array.isArray(data22)){
const len3 = data22.length;
for(let i3=0; i3<len3; i3++){
let data23 = data22[i3];
if(typeof data23 === "string"){
if(data23.length < 1){
const err74 = {instancePath:instancePath+"/files/" + i1+"/exclude/" + i3,schemaPath:"#/properties/files/items/properties/exclude/items/minLength",keyword:"minLength",params:{limit: 1}};
if(vErrors === null){
vErrors = [err74];
}
else {
vErrors.push(err74);
}
errors++;
}
}
else {
const err75 = {instancePath:instancePath+"/files/" + i1+"/exclude/" + i3,schemaPath:"#/properties/files/items/properties/exclude/items/type",keyword:"type",params:{type: "string"}};
if(vErrors === null){
vErrors = [err75];
}
else {
vErrors.push(err75);
}
errors++;
}
}
}
else {
const err76 = {instancePath:instancePath+"/files/" + i1+"/exclude",schemaPath:"#/properties/files/items/properties/exclude/type",keyword:"type",params:{type: "array"}};
if(vErrors === null){
vErrors = [err76];
}
else {
vErrors.push(err76);
}
errors++;
}
}
if(data19.fields !== undefined && func0.call(data19, "fields")){
let data24 = data19.fields;
if(!(data24 && typeof data24 == "object" && !Array.isArray(data24))){
const err77 = {instancePath:instancePath+"/files/" + i1+"/fields",schemaPath:"#/properties/files/items/properties/fields/type",keyword:"type",params:{type: "object"}};
if(vErrors === null){
vErrors = [err77];
}
else {
vErrors.push(err77);
}
errors++;
}
}
if(data19["dead time"] !== undefined && func0.call(data19, "dead time")){
let data25 = data19["dead time"];
if(measures.duration(data25) < 1000){
const err78 = {instancePath:instancePath+"/files/" + i1+"/dead time",schemaPath:"#/properties/files/items/properties/dead%20time/durationFrom",keyword:"durationFrom",params:{}};
if(vErrors === null){
vErrors = [err78];
}
else {
vErrors.push(err78);
}
errors++;
}
if(measures.duration(data25) > 315360000000){
const err79 = {instancePath:instancePath+"/files/" + i1+"/dead time",schemaPath:"#/properties/files/items/properties/dead%20time/durationTo",keyword:"durationTo",params:{}};
if(vErrors === null){
vErrors = [err79];
}
else {
vErrors.push(err79);
}
errors++;
}
if(typeof data25 === "string"){
if(!(formats2(data25))){
const err80 = {instancePath:instancePath+"/files/" + i1+"/dead time",schemaPath:"#/properties/files/items/properties/dead%20time/format",keyword:"format",params:{format: "duration"}};
if(vErrors === null){
vErrors = [err80];
}
else {
vErrors.push(err80);
}
errors++;
}
}
else {
const err81 = {instancePath:instancePath+"/files/" + i1+"/dead time",schemaPath:"#/properties/files/items/properties/dead%20time/type",keyword:"type",params:{type: "string"}};
if(vErrors === null){
vErrors = [err81];
}
else {
vErrors.push(err81);
}
errors++;
}
}
if(data19.startPosition !== undefined && func0.call(data19, "startPosition")){
let data26 = data19.startPosition;
if(!((data26 === "beginning") || (data26 === "end"))){
const err82 = {instancePath:instancePath+"/files/" + i1+"/startPosition",schemaPath:"#/properties/files/items/properties/startPosition/enum",keyword:"enum",params:{allowedValues: schema11.properties.files.items.properties.startPosition.enum}};
if(vErrors === null){
vErrors = [err82];
}
else {
vErrors.push(err82);
}
errors++;
}
}
if(data19.maxLineBytes !== undefined && func0.call(data19, "maxLineBytes")){
let data27 = data19.maxLineBytes;
if(measures.size(data27) < 64){
const err83 = {instancePath:instancePath+"/files/" + i1+"/maxLineBytes",schemaPath:"#/properties/files/items/properties/maxLineBytes/sizeFrom",keyword:"sizeFrom",params:{}};
if(vErrors === null){
vErrors = [err83];
}
else {
vErrors.push(err83);
}
errors++;
}
if(measures.size(data27) > 2621440){
const err84 = {instancePath:instancePath+"/files/" + i1+"/maxLineBytes",schemaPath:"#/properties/files/items/properties/maxLineBytes/sizeTo",keyword:"sizeTo",params:{}};
if(vErrors === null){
vErrors = [err84];
}
else {
vErrors.push(err84);
}
errors++;
}
if(typeof data27 === "string"){
if(!(formats8(data27))){
const err85 = {instancePath:instancePath+"/files/" + i1+"/maxLineBytes",schemaPath:"#/properties/files/items/properties/maxLineBytes/format",keyword:"format",params:{format: "size"}};
if(vErrors === null){
vErrors = [err85];
}
else {
vErrors.push(err85);
}
errors++;
}
}
else {
const err86 = {instancePath:instancePath+"/files/" + i1+"/maxLineBytes",schemaPath:"#/properties/files/items/properties/maxLineBytes/type",keyword:"type",params:{type: "string"}};
if(vErrors === null){
vErrors = [err86];
}
else {
vErrors.push(err86);
}
errors++;
}
}
if(data19.archives !== undefined && func0.call(data19, "archives")){
if(typeof data19.archives !== "boolean"){
const err87 = {instancePath:instancePath+"/files/" + i1+"/archives",schemaPath:"#/properties/files/items/properties/archives/type",keyword:"type",params:{type: "boolean"}};
if(vErrors === null){
vErrors = [err87];
}
else {
vErrors.push(err87);
}
errors++;
}
}
if(data19.format !== undefined && func0.call(data19, "format")){
let data29 = data19.format;
if(!((((data29 === "plain") || (data29 === "cri")) || (data29 === "docker")) || (data29 === "auto"))){
const err88 = {instancePath:instancePath+"/files/" + i1+"/format",schemaPath:"#/properties/files/items/properties/format/enum",keyword:"enum",params:{allowedValues: schema11.properties.files.items.properties.format.enum}};
if(vErrors === null){
vErrors = [err88];
}
else {
vErrors.push(err88);
}
errors++;
}
}
if(data19.encoding !== undefined && func0.call(data19, "encoding")){
let data30 = data19.encoding;
if(typeof data30 === "string"){
if(data30.length < 1){
const err89 = {instancePath:instancePath+"/files/" + i1+"/encoding",schemaPath:"#/properties/files/items/properties/encoding/minLength",keyword:"minLength",params:{limit: 1}};
if(vErrors === null){
vErrors = [err89];
}
else {
vErrors.push(err89);
}
errors++;
}
}
else {
const err90 = {instancePath:instancePath+"/files/" + i1+"/encoding",schemaPath:"#/properties/files/items/properties/encoding/type",keyword:"type",params:{type: "string"}};
if(vErrors === null){
vErrors = [err90];
}
else {
vErrors.push(err90);
}
errors++;
}
}
if(data19.delimiter !== undefined && func0.call(data19, "delimiter")){
let data31 = data19.delimiter;
if(typeof data31 === "string"){
if(data31.length < 1){
const err91 = {instancePath:instancePath+"/files/" + i1+"/delimiter",schemaPath:"#/properties/files/items/properties/delimiter/minLength",keyword:"minLength",params:{limit: 1}};
if(vErrors === null){
vErrors = [err91];
}
else {
vErrors.push(err91);
}
errors++;
}
}
else {
const err92 = {instancePath:instancePath+"/files/" + i1+"/delimiter",schemaPath:"#/properties/files/items/properties/delimiter/type",keyword:"type",params:{type: "string"}};
if(vErrors === null){
vErrors = [err92];
}
else {
vErrors.push(err92);
}
errors++;
}
}
if(data19.multiline !== undefined && func0.call(data19, "multiline")){
let data32 = data19.multiline;
if((!(data32 && typeof data32 == "object" && !Array.isArray(data32))) && (typeof data32 !== "string")){
const err93 = {instancePath:instancePath+"/files/" + i1+"/multiline",schemaPath:"#/properties/files/items/properties/multiline/type",keyword:"type",params:{type: schema11.properties.files.items.properties.multiline.type}};
if(vErrors === null){
vErrors = [err93];
}
else {
vErrors.push(err93);
}
errors++;
}
if(typeof data32 === "string"){
if(!pattern0.test(data32)){
const err94 = {instancePath:instancePath+"/files/" + i1+"/multiline",schemaPath:"#/properties/files/items/properties/multiline/pattern",keyword:"pattern",params:{pattern: "^(?:java|python|go|ruby|node|php|indented|timestamp|brackets)$"}};
if(vErrors === null){
vErrors = [err94];
}
else {
vErrors.push(err94);
}
errors++;
}
}
if(data32 && typeof data32 == "object" && !Array.isArray(data32)){
if((data32.negate === undefined) || (!(func0.call(data32, "negate")))){
const err95 = {instancePath:instancePath+"/files/" + i1+"/multiline",schemaPath:"#/properties/files/items/properties/multiline/required",keyword:"required",params:{missingProperty: "negate"}};
if(vErrors === null){
vErrors = [err95];
}
else {
vErrors.push(err95);
}
errors++;
}
if((data32.match === undefined) || (!(func0.call(data32, "match")))){
const err96 = {instancePath:instancePath+"/files/" + i1+"/multiline",schemaPath:"#/properties/files/items/properties/multiline/required",keyword:"required",params:{missingProperty: "match"}};
if(vErrors === null){
vErrors = [err96];
}
else {
vErrors.push(err96);
}
errors++;
}
if((data32.maxLines === undefined) || (!(func0.call(data32, "maxLines")))){
const err97 = {instancePath:instancePath+"/files/" + i1+"/multiline",schemaPath:"#/properties/files/items/properties/multiline/required",keyword:"required",params:{missingProperty: "maxLines"}};
if(vErrors === null){
vErrors = [err97];
}
else {
vErrors.push(err97);
}
errors++;
}
if((data32.maxBytes === undefined) || (!(func0.call(data32, "maxBytes")))){
const err98 = {instancePath:instancePath+"/files/" + i1+"/multiline",schemaPath:"#/properties/files/items/properties/multiline/required",keyword:"required",params:{missingProperty: "maxBytes"}};
if(vErrors === null){
vErrors = [err98];
}
else {
vErrors.push(err98);
}
errors++;
}
if((data32.timeout === undefined) || (!(func0.call(data32, "timeout")))){
const err99 = {instancePath:instancePath+"/files/" + i1+"/multiline",schemaPath:"#/properties/files/items/properties/multiline/required",keyword:"required",params:{missingProperty: "timeout"}};
if(vErrors === null){
vErrors = [err99];
}
else {
vErrors.push(err99);
}
errors++;
}
for(const key4 of Object.keys(data32)){
if(!((((((((key4 === "like") || (key4 === "pattern")) || (key4 === "negate")) || (key4 === "match")) || (key4 === "flushPattern")) || (key4 === "maxLines")) || (key4 === "maxBytes")) || (key4 === "timeout"))){
const err100 = {instancePath:instancePath+"/files/" + i1+"/multiline",schemaPath:"#/properties/files/items/properties/multiline/additionalProperties",keyword:"additionalProperties",params:{additionalProperty: key4}};
if(vErrors === null){
vErrors = [err100];
}
else {
vErrors.push(err100);
}
errors++;
}
}
if(data32.like !== undefined && func0.call(data32, "like")){
let data33 = data32.like;
if(!(((((((((data33 === "java") || (data33 === "python")) || (data33 === "go")) || (data33 === "ruby")) || (data33 === "node")) || (data33 === "php")) || (data33 === "indented")) || (data33 === "timestamp")) || (data33 === "brackets"))){
const err101 = {instancePath:instancePath+"/files/" + i1+"/multiline/like",schemaPath:"#/properties/files/items/properties/multiline/properties/like/enum",keyword:"enum",params:{allowedValues: schema11.properties.files.items.properties.multiline.properties.like.enum}};
if(vErrors === null){
vErrors = [err101];
}
else {
vErrors.push(err101);
}
errors++;
}
}
if(data32.pattern !== undefined && func0.call(data32, "pattern")){
let data34 = data32.pattern;
if(typeof data34 === "string"){
if(data34.length < 1){
const err102 = {instancePath:instancePath+"/files/" + i1+"/multiline/pattern",schemaPath:"#/properties/files/items/properties/multiline/properties/pattern/minLength",keyword:"minLength",params:{limit: 1}};
if(vErrors === null){
vErrors = [err102];
}
else {
vErrors.push(err102);
}
errors++;
}
}
else {
const err103 = {instancePath:instancePath+"/files/" + i1+"/multiline/pattern",schemaPath:"#/properties/files/items/properties/multiline/properties/pattern/type",keyword:"type",params:{type: "string"}};
if(vErrors === null){
vErrors = [err103];
}
else {
vErrors.push(err103);
}
errors++;
}
}
if(data32.negate !== undefined && func0.call(data32, "negate")){
if(typeof data32.negate !== "boolean"){
const err104 = {instancePath:instancePath+"/files/" + i1+"/multiline/negate",schemaPath:"#/properties/files/items/properties/multiline/properties/negate/type",keyword:"type",params:{type: "boolean"}};
if(vErrors === null){
vErrors = [err104];
}
else {
vErrors.push(err104);
}
errors++;
}
}
if(data32.match !== undefined && func0.call(data32, "match")){
let data36 = data32.match;
if(!((data36 === "after") || (data36 === "before"))){
const err105 = {instancePath:instancePath+"/files/" + i1+"/multiline/match",schemaPath:"#/properties/files/items/properties/multiline/properties/match/enum",keyword:"enum",params:{allowedValues: schema11.properties.files.items.properties.multiline.properties.match.enum}};
if(vErrors === null){
vErrors = [err105];
}
else {
vErrors.push(err105);
}
errors++;
}
}
if(data32.flushPattern !== undefined && func0.call(data32, "flushPattern")){
let data37 = data32.flushPattern;
if(typeof data37 === "string"){
if(data37.length < 1){
const err106 = {instancePath:instancePath+"/files/" + i1+"/multiline/flushPattern",schemaPath:"#/properties/files/items/properties/multiline/properties/flushPattern/minLength",keyword:"minLength",params:{limit: 1}};
if(vErrors === null){
vErrors = [err106];
}
else {
vErrors.push(err106);
}
errors++;
}
}
else {
const err107 = {instancePath:instancePath+"/files/" + i1+"/multiline/flushPattern",schemaPath:"#/properties/files/items/properties/multiline/properties/flushPattern/type",keyword:"type",params:{type: "string"}};
if(vErrors === null){
vErrors = [err107];
}
else {
vErrors.push(err107);
}
errors++;
}
}
if(data32.maxLines !== undefined && func0.call(data32, "maxLines")){
let data38 = data32.maxLines;
if(!(((typeof data38 == "number") && (!(data38 % 1) && !isNaN(data38))) && (isFinite(data38)))){
const err108 = {instancePath:instancePath+"/files/" + i1+"/multiline/maxLines",schemaPath:"#/properties/files/items/properties/multiline/properties/maxLines/type",keyword:"type",params:{type: "integer"}};
if(vErrors === null){
vErrors = [err108];
}
else {
vErrors.push(err108);
}
errors++;
}
if((typeof data38 == "number") && (isFinite(data38))){
if(data38 > 100000 || isNaN(data38)){
const err109 = {instancePath:instancePath+"/files/" + i1+"/multiline/maxLines",schemaPath:"#/properties/files/items/properties/multiline/properties/maxLines/maximum",keyword:"maximum",params:{comparison: "<=", limit: 100000}};
if(vErrors === null){
vErrors = [err109];
}
else {
vErrors.push(err109);
}
errors++;
}
if(data38 < 1 || isNaN(data38)){
const err110 = {instancePath:instancePath+"/files/" + i1+"/multiline/maxLines",schemaPath:"#/properties/files/items/properties/multiline/properties/maxLines/minimum",keyword:"minimum",params:{comparison: ">=", limit: 1}};
if(vErrors === null){
vErrors = [err110];
}
else {
vErrors.push(err110);
}
errors++;
}
}
}
if(data32.maxBytes !== undefined && func0.call(data32, "maxBytes")){
let data39 = data32.maxBytes;
if(measures.size(data39) < 64){
const err111 = {instancePath:instancePath+"/files/" + i1+"/multiline/maxBytes",schemaPath:"#/properties/files/items/properties/multiline/properties/maxBytes/sizeFrom",keyword:"sizeFrom",params:{}};
if(vErrors === null){
vErrors = [err111];
}
else {
vErrors.push(err111);
}
errors++;
}
if(measures.size(data39) > 2621440){
const err112 = {instancePath:instancePath+"/files/" + i1+"/multiline/maxBytes",schemaPath:"#/properties/files/items/properties/multiline/properties/maxBytes/sizeTo",keyword:"sizeTo",params:{}};
if(vErrors === null){
vErrors = [err112];
}
else {
vErrors.push(err112);
}
errors++;
}
if(typeof data39 === "string"){
if(!(formats8(data39))){
const err113 = {instancePath:instancePath+"/files/" + i1+"/multiline/maxBytes",schemaPath:"#/properties/files/items/properties/multiline/properties/maxBytes/format",keyword:"format",params:{format: "size"}};
if(vErrors === null){
vErrors = [err113];
}
else {
vErrors.push(err113);
}
errors++;
}
}
else {
const err114 = {instancePath:instancePath+"/files/" + i1+"/multiline/maxBytes",schemaPath:"#/properties/files/items/properties/multiline/properties/maxBytes/type",keyword:"type",params:{type: "string"}};
if(vErrors === null){
vErrors = [err114];
}
else {
vErrors.push(err114);
}
errors++;
}
}
if(data32.timeout !== undefined && func0.call(data32, "timeout")){
let data40 = data32.timeout;
if(measures.duration(data40) < 10){
const err115 = {instancePath:instancePath+"/files/" + i1+"/multiline/timeout",schemaPath:"#/properties/files/items/properties/multiline/properties/timeout/durationFrom",keyword:"durationFrom",params:{}};
if(vErrors === null){
vErrors = [err115];
}
else {
vErrors.push(err115);
}
errors++;
}
if(measures.duration(data40) > 3600000){
const err116 = {instancePath:instancePath+"/files/" + i1+"/multiline/timeout",schemaPath:"#/properties/files/items/properties/multiline/properties/timeout/durationTo",keyword:"durationTo",params:{}};
if(vErrors === null){
vErrors = [err116];
}
else {
vErrors.push(err116);
}
errors++;
}
if(typeof data40 === "string"){
if(!(formats2(data40))){
const err117 = {instancePath:instancePath+"/files/" + i1+"/multiline/timeout",schemaPath:"#/properties/files/items/properties/multiline/properties/timeout/format",keyword:"format",params:{format: "duration"}};
if(vErrors === null){
vErrors = [err117];
}
else {
vErrors.push(err117);
}
errors++;
}
}
else {
const err118 = {instancePath:instancePath+"/files/" + i1+"/multiline/timeout",schemaPath:"#/properties/files/items/properties/multiline/properties/timeout/type",keyword:"type",params:{type: "string"}};
if(vErrors === null){
vErrors = [err118];
}
else {
vErrors.push(err118);
}
errors++;
}
}
}
}
if(data19.includeLines !== undefined && func0.call(data19, "includeLines")){
let data41 = data19.includeLines;
if(Array.isArray(data41)){
if(data41.length < 1){
const err119 = {instancePath:instancePath+"/files/" + i1+"/includeLines",schemaPath:"#/properties/files/items/properties/includeLines/minItems",keyword:"minItems",params:{limit: 1}};
if(vErrors === null){
vErrors = [err119];
}
else {
vErrors.push(err119);
}
errors++;
}
const len4 = data41.length;
for(let i4=0; i4<len4; i4++){
let data42 = data41[i4];
if(typeof data42 === "string"){
if(data42.length < 1){
const err120 = {instancePath:instancePath+"/files/" + i1+"/includeLines/" + i4,schemaPath:"#/properties/files/items/properties/includeLines/items/minLength",keyword:"minLength",params:{limit: 1}};
if(vErrors === null){
vErrors = [err120];
}
else {
vErrors.push(err120);
}
errors++;
}
}
else {
const err121 = {instancePath:instancePath+"/files/" + i1+"/includeLines/" + i4,schemaPath:"#/properties/files/items/properties/includeLines/items/type",keyword:"type",params:{type: "string"}};
if(vErrors === null){
vErrors = [err121];
}
else {
vErrors.push(err121);
}
errors++;
}
}
}
else {
const err122 = {instancePath:instancePath+"/files/" + i1+"/includeLines",schemaPath:"#/properties/files/items/properties/includeLines/type",keyword:"type",params:{type: "array"}};
if(vErrors === null){
vErrors = [err122];
}
else {
vErrors.push(err122);
}
errors++;
}
}
if(data19.excludeLines !== undefined && func0.call(data19, "excludeLines")){
let data43 = data19.excludeLines;
if(Array.isArray(data43)){
if(data43.length < 1){
const err123 = {instancePath:instancePath+"/files/" + i1+"/excludeLines",schemaPath:"#/properties/files/items/properties/excludeLines/minItems",keyword:"minItems",params:{limit: 1}};
if(vErrors === null){
vErrors = [err123];
}
else {
vErrors.push(err123);
}
errors++;
}
const len5 = data43.length;
for(let i5=0; i5<len5; i5++){
let data44 = data43[i5];
if(typeof data44 === "string"){
if(data44.length < 1){
const err124 = {instancePath:instancePath+"/files/" + i1+"/excludeLines/" + i5,schemaPath:"#/properties/files/items/properties/excludeLines/items/minLength",keyword:"minLength",params:{limit: 1}};
if(vErrors === null){
vErrors = [err124];
}
else {
vErrors.push(err124);
}
errors++;
}
}
else {
const err125 = {instancePath:instancePath+"/files/" + i1+"/excludeLines/" + i5,schemaPath:"#/properties/files/items/properties/excludeLines/items/type",keyword:"type",params:{type: "string"}};
if(vErrors === null){
vErrors = [err125];
}
else {
vErrors.push(err125);
}
errors++;
}
}
}
else {
const err126 = {instancePath:instancePath+"/files/" + i1+"/excludeLines",schemaPath:"#/properties/files/items/properties/excludeLines/type",keyword:"type",params:{type: "array"}};
if(vErrors === null){
vErrors = [err126];
}
else {
vErrors.push(err126);
}
errors++;
}
}
if(data19.tags !== undefined && func0.call(data19, "tags")){
let data45 = data19.tags;
if(Array.isArray(data45)){
if(data45.length < 1){
const err127 = {instancePath:instancePath+"/files/" + i1+"/tags",schemaPath:"#/properties/files/items/properties/tags/minItems",keyword:"minItems",params:{limit: 1}};
if(vErrors === null){
vErrors = [err127];
}
else {
vErrors.push(err127);
}
errors++;
}
const len6 = data45.length;
for(let i6=0; i6<len6; i6++){
let data46 = data45[i6];
if(typeof data46 === "string"){
if(data46.length < 1){
const err128 = {instancePath:instancePath+"/files/" + i1+"/tags/" + i6,schemaPath:"#/properties/files/items/properties/tags/items/minLength",keyword:"minLength",params:{limit: 1}};
if(vErrors === null){
vErrors = [err128];
}
else {
vErrors.push(err128);
}
errors++;
}
}
else {
const err129 = {instancePath:instancePath+"/files/" + i1+"/tags/" + i6,schemaPath:"#/properties/files/items/properties/tags/items/type",keyword:"type",params:{type: "string"}};
if(vErrors === null){
vErrors = [err129];
}
else {
vErrors.push(err129);
}
errors++;
}
}
}
else {
const err130 = {instancePath:instancePath+"/files/" + i1+"/tags",schemaPath:"#/properties/files/items/properties/tags/type",keyword:"type",params:{type: "array"}};
if(vErrors === null){
vErrors = [err130];
}
else {
vErrors.push(err130);
}
errors++;
}
}
}
else {
const err131 = {instancePath:instancePath+"/files/" + i1,schemaPath:"#/properties/files/items/type",keyword:"type",params:{type: "object"}};
if(vErrors === null){
vErrors = [err131];
}
else {
vErrors.push(err131);
}
errors++;
}
}
}
else {
const err132 = {instancePath:instancePath+"/files",schemaPath:"#/properties/files/type",keyword:"type",params:{type: "array"}};
if(vErrors === null){
vErrors = [err132];
}
else {
vErrors.push(err132);
}
errors++;
}
}
if(data.discovery !== undefined && func0.call(data, "discovery")){
let data47 = data.discovery;
if(data47 && typeof data47 == "object" && !Array.isArray(data47)){
for(const key5 of Object.keys(data47)){
if(!(((key5 === "etcd") || (key5 === "dns")) || (key5 === "srv"))){
const err133 = {instancePath:instancePath+"/discovery",schemaPath:"#/properties/discovery/additionalProperties",keyword:"additionalProperties",params:{additionalProperty: key5}};
if(vErrors === null){
vErrors = [err133];
}
else {
vErrors.push(err133);
}
errors++;
}
}
if(data47.etcd !== undefined && func0.call(data47, "etcd")){
let data48 = data47.etcd;
if(data48 && typeof data48 == "object" && !Array.isArray(data48)){
if((data48.endpoints === undefined) || (!(func0.call(data48, "endpoints")))){
const err134 = {instancePath:instancePath+"/discovery/etcd",schemaPath:"#/properties/discovery/properties/etcd/required",keyword:"required",params:{missingProperty: "endpoints"}};
if(vErrors === null){
vErrors = [err134];
}
else {
vErrors.push(err134);
}
errors++;
}
if((data48.layout === undefined) || (!(func0.call(data48, "layout")))){
const err135 = {instancePath:instancePath+"/discovery/etcd",schemaPath:"#/properties/discovery/properties/etcd/required",keyword:"required",params:{missingProperty: "layout"}};
if(vErrors === null){
vErrors = [err135];
}
else {
vErrors.push(err135);
}
errors++;
}
if((data48.prefix === undefined) || (!(func0.call(data48, "prefix")))){
const err136 = {instancePath:instancePath+"/discovery/etcd",schemaPath:"#/properties/discovery/properties/etcd/required",keyword:"required",params:{missingProperty: "prefix"}};
if(vErrors === null){
vErrors = [err136];
}
else {
vErrors.push(err136);
}
errors++;
}
for(const key6 of Object.keys(data48)){
if(!(func0.call(schema11.properties.discovery.properties.etcd.properties, key6))){
const err137 = {instancePath:instancePath+"/discovery/etcd",schemaPath:"#/properties/discovery/properties/etcd/additionalProperties",keyword:"additionalProperties",params:{additionalProperty: key6}};
if(vErrors === null){
vErrors = [err137];
}
else {
vErrors.push(err137);
}
errors++;
}
}
if(data48.endpoints !== undefined && func0.call(data48, "endpoints")){
let data49 = data48.endpoints;
if(Array.isArray(data49)){
if(data49.length < 1){
const err138 = {instancePath:instancePath+"/discovery/etcd/endpoints",schemaPath:"#/properties/discovery/properties/etcd/properties/endpoints/minItems",keyword:"minItems",params:{limit: 1}};
if(vErrors === null){
vErrors = [err138];
}
else {
vErrors.push(err138);
}
errors++;
}
const len7 = data49.length;
for(let i7=0; i7<len7; i7++){
let data50 = data49[i7];
if(typeof data50 === "string"){
if(data50.length < 1){
const err139 = {instancePath:instancePath+"/discovery/etcd/endpoints/" + i7,schemaPath:"#/properties/discovery/properties/etcd/properties/endpoints/items/minLength",keyword:"minLength",params:{limit: 1}};
if(vErrors === null){
vErrors = [err139];
}
else {
vErrors.push(err139);
}
errors++;
}
}
else {
const err140 = {instancePath:instancePath+"/discovery/etcd/endpoints/" + i7,schemaPath:"#/properties/discovery/properties/etcd/properties/endpoints/items/type",keyword:"type",params:{type: "string"}};
if(vErrors === null){
vErrors = [err140];
}
else {
vErrors.push(err140);
}
errors++;
}
}
}
else {
const err141 = {instancePath:instancePath+"/discovery/etcd/endpoints",schemaPath:"#/properties/discovery/properties/etcd/properties/endpoints/type",keyword:"type",params:{type: "array"}};
if(vErrors === null){
vErrors = [err141];
}
else {
vErrors.push(err141);
}
errors++;
}
}
if(data48.layout !== undefined && func0.call(data48, "layout")){
let data51 = data48.layout;
if(!((data51 === "forwarder") || (data51 === "logstash"))){
const err142 = {instancePath:instancePath+"/discovery/etcd/layout",schemaPath:"#/properties/discovery/properties/etcd/properties/layout/enum",keyword:"enum",params:{allowedValues: schema11.properties.discovery.properties.etcd.properties.layout.enum}};
if(vErrors === null){
vErrors = [err142];
}
else {
vErrors.push(err142);
}
errors++;
}
}
if(data48.prefix !== undefined && func0.call(data48, "prefix")){
let data52 = data48.prefix;
if(typeof data52 === "string"){
if(data52.length < 1){
const err143 = {instancePath:instancePath+"/discovery/etcd/prefix",schemaPath:"#/properties/discovery/properties/etcd/properties/prefix/minLength",keyword:"minLength",params:{limit: 1}};
if(vErrors === null){
vErrors = [err143];
}
else {
vErrors.push(err143);
}
errors++;
}
if(!(formats14.test(data52))){
const err144 = {instancePath:instancePath+"/discovery/etcd/prefix",schemaPath:"#/properties/discovery/properties/etcd/properties/prefix/format",keyword:"format",params:{format: "etcd-prefix"}};
if(vErrors === null){
vErrors = [err144];
}
else {
vErrors.push(err144);
}
errors++;
}
}
else {
const err145 = {instancePath:instancePath+"/discovery/etcd/prefix",schemaPath:"#/properties/discovery/properties/etcd/properties/prefix/type",keyword:"type",params:{type: "string"}};
if(vErrors === null){
vErrors = [err145];
}
else {
vErrors.push(err145);
}
errors++;
}
}
if(data48.user !== undefined && func0.call(data48, "user")){
let data53 = data48.user;
if(typeof data53 === "string"){
if(data53.length < 1){
const err146 = {instancePath:instancePath+"/discovery/etcd/user",schemaPath:"#/properties/discovery/properties/etcd/properties/user/minLength",keyword:"minLength",params:{limit: 1}};
if(vErrors === null){
vErrors = [err146];
}
else {
vErrors.push(err146);
}
errors++;
}
}
else {
const err147 = {instancePath:instancePath+"/discovery/etcd/user",schemaPath:"#/properties/discovery/properties/etcd/properties/user/type",keyword:"type",params:{type: "string"}};
if(vErrors === null){
vErrors = [err147];
}
else {
vErrors.push(err147);
}
errors++;
}
}
if(data48.password !== undefined && func0.call(data48, "password")){
let data54 = data48.password;
if(typeof data54 === "string"){
if(data54.length < 1){
const err148 = {instancePath:instancePath+"/discovery/etcd/password",schemaPath:"#/properties/discovery/properties/etcd/properties/password/minLength",keyword:"minLength",params:{limit: 1}};
if(vErrors === null){
vErrors = [err148];
}
else {
vErrors.push(err148);
}
errors++;
}
}
else {
const err149 = {instancePath:instancePath+"/discovery/etcd/password",schemaPath:"#/properties/discovery/properties/etcd/properties/password/type",keyword:"type",params:{type: "string"}};
if(vErrors === null){
vErrors = [err149];
}
else {
vErrors.push(err149);
}
errors++;
}
}
if(data48.passwordFile !== undefined && func0.call(data48, "passwordFile")){
let data55 = data48.passwordFile;
if(typeof data55 === "string"){
if(data55.length < 1){
const err150 = {instancePath:instancePath+"/discovery/etcd/passwordFile",schemaPath:"#/properties/discovery/properties/etcd/properties/passwordFile/minLength",keyword:"minLength",params:{limit: 1}};
if(vErrors === null){
vErrors = [err150];
}
else {
vErrors.push(err150);
}
errors++;
}
}
else {
const err151 = {instancePath:instancePath+"/discovery/etcd/passwordFile",schemaPath:"#/properties/discovery/properties/etcd/properties/passwordFile/type",keyword:"type",params:{type: "string"}};
if(vErrors === null){
vErrors = [err151];
}
else {
vErrors.push(err151);
}
errors++;
}
}
if(data48.ca !== undefined && func0.call(data48, "ca")){
let data56 = data48.ca;
if(typeof data56 === "string"){
if(data56.length < 1){
const err152 = {instancePath:instancePath+"/discovery/etcd/ca",schemaPath:"#/properties/discovery/properties/etcd/properties/ca/minLength",keyword:"minLength",params:{limit: 1}};
if(vErrors === null){
vErrors = [err152];
}
else {
vErrors.push(err152);
}
errors++;
}
}
else {
const err153 = {instancePath:instancePath+"/discovery/etcd/ca",schemaPath:"#/properties/discovery/properties/etcd/properties/ca/type",keyword:"type",params:{type: "string"}};
if(vErrors === null){
vErrors = [err153];
}
else {
vErrors.push(err153);
}
errors++;
}
}
if(data48.certificate !== undefined && func0.call(data48, "certificate")){
let data57 = data48.certificate;
if(typeof data57 === "string"){
if(data57.length < 1){
const err154 = {instancePath:instancePath+"/discovery/etcd/certificate",schemaPath:"#/properties/discovery/properties/etcd/properties/certificate/minLength",keyword:"minLength",params:{limit: 1}};
if(vErrors === null){
vErrors = [err154];
}
else {
vErrors.push(err154);
}
errors++;
}
}
else {
const err155 = {instancePath:instancePath+"/discovery/etcd/certificate",schemaPath:"#/properties/discovery/properties/etcd/properties/certificate/type",keyword:"type",params:{type: "string"}};
if(vErrors === null){
vErrors = [err155];
}
else {
vErrors.push(err155);
}
errors++;
}
}
if(data48.key !== undefined && func0.call(data48, "key")){
let data58 = data48.key;
if(typeof data58 === "string"){
if(data58.length < 1){
const err156 = {instancePath:instancePath+"/discovery/etcd/key",schemaPath:"#/properties/discovery/properties/etcd/properties/key/minLength",keyword:"minLength",params:{limit: 1}};
if(vErrors === null){
vErrors = [err156];
}
else {
vErrors.push(err156);
}
errors++;
}
}
else {
const err157 = {instancePath:instancePath+"/discovery/etcd/key",schemaPath:"#/properties/discovery/properties/etcd/properties/key/type",keyword:"type",params:{type: "string"}};
if(vErrors === null){
vErrors = [err157];
}
else {
vErrors.push(err157);
}
errors++;
}
}
}
else {
const err158 = {instancePath:instancePath+"/discovery/etcd",schemaPath:"#/properties/discovery/properties/etcd/type",keyword:"type",params:{type: "object"}};
if(vErrors === null){
vErrors = [err158];
}
else {
vErrors.push(err158);
}
errors++;
}
}
if(data47.dns !== undefined && func0.call(data47, "dns")){
let data59 = data47.dns;
if(data59 && typeof data59 == "object" && !Array.isArray(data59)){
if((data59.names === undefined) || (!(func0.call(data59, "names")))){
const err159 = {instancePath:instancePath+"/discovery/dns",schemaPath:"#/properties/discovery/properties/dns/required",keyword:"required",params:{missingProperty: "names"}};
if(vErrors === null){
vErrors = [err159];
}
else {
vErrors.push(err159);
}
errors++;
}
if((data59.refresh === undefined) || (!(func0.call(data59, "refresh")))){
const err160 = {instancePath:instancePath+"/discovery/dns",schemaPath:"#/properties/discovery/properties/dns/required",keyword:"required",params:{missingProperty: "refresh"}};
if(vErrors === null){
vErrors = [err160];
}
else {
vErrors.push(err160);
}
errors++;
}
for(const key7 of Object.keys(data59)){
if(!((key7 === "names") || (key7 === "refresh"))){
const err161 = {instancePath:instancePath+"/discovery/dns",schemaPath:"#/properties/discovery/properties/dns/additionalProperties",keyword:"additionalProperties",params:{additionalProperty: key7}};
if(vErrors === null){
vErrors = [err161];
}
else {
vErrors.push(err161);
}
errors++;
}
}
if(data59.names !== undefined && func0.call(data59, "names")){
let data60 = data59.names;
if(Array.isArray(data60)){
if(data60.length < 1){
const err162 = {instancePath:instancePath+"/discovery/dns/names",schemaPath:"#/properties/discovery/properties/dns/properties/names/minItems",keyword:"minItems",params:{limit: 1}};
if(vErrors === null){
vErrors = [err162];
}
else {
vErrors.push(err162);
}
errors++;
}
const len8 = data60.length;
for(let i8=0; i8<len8; i8++){
let data61 = data60[i8];
if(typeof data61 === "string"){
if(!(formats0(data61))){
const err163 = {instancePath:instancePath+"/discovery/dns/names/" + i8,schemaPath:"#/properties/discovery/properties/dns/properties/names/items/format",keyword:"format",params:{format: "address"}};
if(vErrors === null){
vErrors = [err163];
}
else {
vErrors.push(err163);
}
errors++;
}
}
else {
const err164 = {instancePath:instancePath+"/discovery/dns/names/" + i8,schemaPath:"#/properties/discovery/properties/dns/properties/names/items/type",keyword:"type",params:{type: "string"}};
if(vErrors === null){
vErrors = [err164];
}
else {
vErrors.push(err164);
}
errors++;
}
}
}
else {
const err165 = {instancePath:instancePath+"/discovery/dns/names",schemaPath:"#/properties/discovery/properties/dns/properties/names/type",keyword:"type",params:{type: "array"}};
if(vErrors === null){
vErrors = [err165];
}
else {
vErrors.push(err165);
}
errors++;
}
}
if(data59.refresh !== undefined && func0.call(data59, "refresh")){
let data62 = data59.refresh;
if(measures.duration(data62) < 1000){
const err166 = {instancePath:instancePath+"/discovery/dns/refresh",schemaPath:"#/properties/discovery/properties/dns/properties/refresh/durationFrom",keyword:"durationFrom",params:{}};
if(vErrors === null){
vErrors = [err166];
}
else {
vErrors.push(err166);
}
errors++;
}
if(measures.duration(data62) > 86400000){
const err167 = {instancePath:instancePath+"/discovery/dns/refresh",schemaPath:"#/properties/discovery/properties/dns/properties/refresh/durationTo",keyword:"durationTo",params:{}};
if(vErrors === null){
vErrors = [err167];
}
else {
vErrors.push(err167);
}
errors++;
}
if(typeof data62 === "string"){
if(!(formats2(data62))){
const err168 = {instancePath:instancePath+"/discovery/dns/refresh",schemaPath:"#/properties/discovery/properties/dns/properties/refresh/format",keyword:"format",params:{format: "duration"}};
if(vErrors === null){
vErrors = [err168];
}
else {
vErrors.push(err168);
}
errors++;
}
}
else {
const err169 = {instancePath:instancePath+"/discovery/dns/refresh",schemaPath:"#/properties/discovery/properties/dns/properties/refresh/type",keyword:"type",params:{type: "string"}};
if(vErrors === null){
vErrors = [err169];
}
else {
vErrors.push(err169);
}
errors++;
}
}
}
else {
const err170 = {instancePath:instancePath+"/discovery/dns",schemaPath:"#/properties/discovery/properties/dns/type",keyword:"type",params:{type: "object"}};
if(vErrors === null){
vErrors = [err170];
}
else {
vErrors.push(err170);
}
errors++;
}
}
if(data47.srv !== undefined && func0.call(data47, "srv")){
let data63 = data47.srv;
if(data63 && typeof data63 == "object" && !Array.isArray(data63)){
if((data63.name === undefined) || (!(func0.call(data63, "name")))){
const err171 = {instancePath:instancePath+"/discovery/srv",schemaPath:"#/properties/discovery/properties/srv/required",keyword:"required",params:{missingProperty: "name"}};
if(vErrors === null){
vErrors = [err171];
}
else {
vErrors.push(err171);
}
errors++;
}
if((data63.refresh === undefined) || (!(func0.call(data63, "refresh")))){
const err172 = {instancePath:instancePath+"/discovery/srv",schemaPath:"#/properties/discovery/properties/srv/required",keyword:"required",params:{missingProperty: "refresh"}};
if(vErrors === null){
vErrors = [err172];
}
else {
vErrors.push(err172);
}
errors++;
}
for(const key8 of Object.keys(data63)){
if(!((key8 === "name") || (key8 === "refresh"))){
const err173 = {instancePath:instancePath+"/discovery/srv",schemaPath:"#/properties/discovery/properties/srv/additionalProperties",keyword:"additionalProperties",params:{additionalProperty: key8}};
if(vErrors === null){
vErrors = [err173];
}
else {
vErrors.push(err173);
}
errors++;
}
}
if(data63.name !== undefined && func0.call(data63, "name")){
let data64 = data63.name;
if(typeof data64 === "string"){
if(data64.length < 1){
const err174 = {instancePath:instancePath+"/discovery/srv/name",schemaPath:"#/properties/discovery/properties/srv/properties/name/minLength",keyword:"minLength",params:{limit: 1}};
if(vErrors === null){
vErrors = [err174];
}
else {
vErrors.push(err174);
}
errors++;
}
if(!(formats20.test(data64))){
const err175 = {instancePath:instancePath+"/discovery/srv/name",schemaPath:"#/properties/discovery/properties/srv/properties/name/format",keyword:"format",params:{format: "srv-name"}};
if(vErrors === null){
vErrors = [err175];
}
else {
vErrors.push(err175);
}
errors++;
}
}
else {
const err176 = {instancePath:instancePath+"/discovery/srv/name",schemaPath:"#/properties/discovery/properties/srv/properties/name/type",keyword:"type",params:{type: "string"}};
if(vErrors === null){
vErrors = [err176];
}
else {
vErrors.push(err176);
}
errors++;
}
}
if(data63.refresh !== undefined && func0.call(data63, "refresh")){
let data65 = data63.refresh;
if(measures.duration(data65) < 1000){
const err177 = {instancePath:instancePath+"/discovery/srv/refresh",schemaPath:"#/properties/discovery/properties/srv/properties/refresh/durationFrom",keyword:"durationFrom",params:{}};
if(vErrors === null){
vErrors = [err177];
}
else {
vErrors.push(err177);
}
errors++;
}
if(measures.duration(data65) > 86400000){
const err178 = {instancePath:instancePath+"/discovery/srv/refresh",schemaPath:"#/properties/discovery/properties/srv/properties/refresh/durationTo",keyword:"durationTo",params:{}};
if(vErrors === null){
vErrors = [err178];
}
else {
vErrors.push(err178);
}
errors++;
}
if(typeof data65 === "string"){
if(!(formats2(data65))){
const err179 = {instancePath:instancePath+"/discovery/srv/refresh",schemaPath:"#/properties/discovery/properties/srv/properties/refresh/format",keyword:"format",params:{format: "duration"}};
if(vErrors === null){
vErrors = [err179];
}
else {
vErrors.push(err179);
}
errors++;
}
}
else {
const err180 = {instancePath:instancePath+"/discovery/srv/refresh",schemaPath:"#/properties/discovery/properties/srv/properties/refresh/type",keyword:"type",params:{type: "string"}};
if(vErrors === null){
vErrors = [err180];
}
else {
vErrors.push(err180);
}
errors++;
}
}
}
else {
const err181 = {instancePath:instancePath+"/discovery/srv",schemaPath:"#/properties/discovery/properties/srv/type",keyword:"type",params:{type: "object"}};
if(vErrors === null){
vErrors = [err181];
}
else {
vErrors.push(err181);
}
errors++;
}
}
}
else {
const err182 = {instancePath:instancePath+"/discovery",schemaPath:"#/properties/discovery/type",keyword:"type",params:{type: "object"}};
if(vErrors === null){
vErrors = [err182];
}
else {
vErrors.push(err182);
}
errors++;
}
}
if(data.enrolment !== undefined && func0.call(data, "enrolment")){
let data66 = data.enrolment;
if(data66 && typeof data66 == "object" && !Array.isArray(data66)){
if((data66.caFingerprint === undefined) || (!(func0.call(data66, "caFingerprint")))){
const err183 = {instancePath:instancePath+"/enrolment",schemaPath:"#/properties/enrolment/required",keyword:"required",params:{missingProperty: "caFingerprint"}};
if(vErrors === null){
vErrors = [err183];
}
else {
vErrors.push(err183);
}
errors++;
}
for(const key9 of Object.keys(data66)){
if(!((((key9 === "caFingerprint") || (key9 === "token")) || (key9 === "tokenFile")) || (key9 === "name"))){
const err184 = {instancePath:instancePath+"/enrolment",schemaPath:"#/properties/enrolment/additionalProperties",keyword:"additionalProperties",params:{additionalProperty: key9}};
if(vErrors === null){
vErrors = [err184];
}
else {
vErrors.push(err184);
}
errors++;
}
}
if(data66.caFingerprint !== undefined && func0.call(data66, "caFingerprint")){
let data67 = data66.caFingerprint;
if(typeof data67 === "string"){
if(data67.length < 1){
const err185 = {instancePath:instancePath+"/enrolment/caFingerprint",schemaPath:"#/properties/enrolment/properties/caFingerprint/minLength",keyword:"minLength",params:{limit: 1}};
if(vErrors === null){
vErrors = [err185];
}
else {
vErrors.push(err185);
}
errors++;
}
if(!(formats24.test(data67))){
const err186 = {instancePath:instancePath+"/enrolment/caFingerprint",schemaPath:"#/properties/enrolment/properties/caFingerprint/format",keyword:"format",params:{format: "fingerprint"}};
if(vErrors === null){
vErrors = [err186];
}
else {
vErrors.push(err186);
}
errors++;
}
}
else {
const err187 = {instancePath:instancePath+"/enrolment/caFingerprint",schemaPath:"#/properties/enrolment/properties/caFingerprint/type",keyword:"type",params:{type: "string"}};
if(vErrors === null){
vErrors = [err187];
}
else {
vErrors.push(err187);
}
errors++;
}
}
if(data66.token !== undefined && func0.call(data66, "token")){
let data68 = data66.token;
if(typeof data68 === "string"){
if(data68.length < 1){
const err188 = {instancePath:instancePath+"/enrolment/token",schemaPath:"#/properties/enrolment/properties/token/minLength",keyword:"minLength",params:{limit: 1}};
if(vErrors === null){
vErrors = [err188];
}
else {
vErrors.push(err188);
}
errors++;
}
}
else {
const err189 = {instancePath:instancePath+"/enrolment/token",schemaPath:"#/properties/enrolment/properties/token/type",keyword:"type",params:{type: "string"}};
if(vErrors === null){
vErrors = [err189];
}
else {
vErrors.push(err189);
}
errors++;
}
}
if(data66.tokenFile !== undefined && func0.call(data66, "tokenFile")){
let data69 = data66.tokenFile;
if(typeof data69 === "string"){
if(data69.length < 1){
const err190 = {instancePath:instancePath+"/enrolment/tokenFile",schemaPath:"#/properties/enrolment/properties/tokenFile/minLength",keyword:"minLength",params:{limit: 1}};
if(vErrors === null){
vErrors = [err190];
}
else {
vErrors.push(err190);
}
errors++;
}
}
else {
const err191 = {instancePath:instancePath+"/enrolment/tokenFile",schemaPath:"#/properties/enrolment/properties/tokenFile/type",keyword:"type",params:{type: "string"}};
if(vErrors === null){
vErrors = [err191];
}
else {
vErrors.push(err191);
}
errors++;
}
}
if(data66.name !== undefined && func0.call(data66, "name")){
let data70 = data66.name;
if(typeof data70 === "string"){
if(data70.length < 1){
const err192 = {instancePath:instancePath+"/enrolment/name",schemaPath:"#/properties/enrolment/properties/name/minLength",keyword:"minLength",params:{limit: 1}};
if(vErrors === null){
vErrors = [err192];
}
else {
vErrors.push(err192);
}
errors++;
}
}
else {
const err193 = {instancePath:instancePath+"/enrolment/name",schemaPath:"#/properties/enrolment/properties/name/type",keyword:"type",params:{type: "string"}};
if(vErrors === null){
vErrors = [err193];
}
else {
vErrors.push(err193);
}
errors++;
}
}
}
else {
const err194 = {instancePath:instancePath+"/enrolment",schemaPath:"#/properties/enrolment/type",keyword:"type",params:{type: "object"}};
if(vErrors === null){
vErrors = [err194];
}
else {
vErrors.push(err194);
}
errors++;
}
}
if(data.host !== undefined && func0.call(data, "host")){
let data71 = data.host;
if(typeof data71 === "string"){
if(data71.length < 1){
const err195 = {instancePath:instancePath+"/host",schemaPath:"#/properties/host/minLength",keyword:"minLength",params:{limit: 1}};
if(vErrors === null){
vErrors = [err195];
}
else {
vErrors.push(err195);
}
errors++;
}
}
else {
const err196 = {instancePath:instancePath+"/host",schemaPath:"#/properties/host/type",keyword:"type",params:{type: "string"}};
if(vErrors === null){
vErrors = [err196];
}
else {
vErrors.push(err196);
}
errors++;
}
}
if(data.fields !== undefined && func0.call(data, "fields")){
let data72 = data.fields;
if(!(data72 && typeof data72 == "object" && !Array.isArray(data72))){
const err197 = {instancePath:instancePath+"/fields",schemaPath:"#/properties/fields/type",keyword:"type",params:{type: "object"}};
if(vErrors === null){
vErrors = [err197];
}
else {
vErrors.push(err197);
}
errors++;
}
}
if(data.spoolSize !== undefined && func0.call(data, "spoolSize")){
let data73 = data.spoolSize;
if(!(((typeof data73 == "number") && (!(data73 % 1) && !isNaN(data73))) && (isFinite(data73)))){
const err198 = {instancePath:instancePath+"/spoolSize",schemaPath:"#/properties/spoolSize/type",keyword:"type",params:{type: "integer"}};
if(vErrors === null){
vErrors = [err198];
}
else {
vErrors.push(err198);
}
errors++;
}
if((typeof data73 == "number") && (isFinite(data73))){
if(data73 > 10000 || isNaN(data73)){
const err199 = {instancePath:instancePath+"/spoolSize",schemaPath:"#/properties/spoolSize/maximum",keyword:"maximum",params:{comparison: "<=", limit: 10000}};
if(vErrors === null){
vErrors = [err199];
}
else {
vErrors.push(err199);
}
errors++;
}
if(data73 < 1 || isNaN(data73)){
const err200 = {instancePath:instancePath+"/spoolSize",schemaPath:"#/properties/spoolSize/minimum",keyword:"minimum",params:{comparison: ">=", limit: 1}};
if(vErrors === null){
vErrors = [err200];
}
else {
vErrors.push(err200);
}
errors++;
}
}
}
if(data.durability !== undefined && func0.call(data, "durability")){
let data74 = data.durability;
if(!((data74 === "disk") || (data74 === "process"))){
const err201 = {instancePath:instancePath+"/durability",schemaPath:"#/properties/durability/enum",keyword:"enum",params:{allowedValues: schema11.properties.durability.enum}};
if(vErrors === null){
vErrors = [err201];
}
else {
vErrors.push(err201);
}
errors++;
}
}
if(data.onLostState !== undefined && func0.call(data, "onLostState")){
let data75 = data.onLostState;
if(!(((data75 === "stop") || (data75 === "resend")) || (data75 === "end"))){
const err202 = {instancePath:instancePath+"/onLostState",schemaPath:"#/properties/onLostState/enum",keyword:"enum",params:{allowedValues: schema11.properties.onLostState.enum}};
if(vErrors === null){
vErrors = [err202];
}
else {
vErrors.push(err202);
}
errors++;
}
}
if(data.pollInterval !== undefined && func0.call(data, "pollInterval")){
let data76 = data.pollInterval;
if(measures.duration(data76) < 10){
const err203 = {instancePath:instancePath+"/pollInterval",schemaPath:"#/properties/pollInterval/durationFrom",keyword:"durationFrom",params:{}};
if(vErrors === null){
vErrors = [err203];
}
else {
vErrors.push(err203);
}
errors++;
}
if(measures.duration(data76) > 3600000){
const err204 = {instancePath:instancePath+"/pollInterval",schemaPath:"#/properties/pollInterval/durationTo",keyword:"durationTo",params:{}};
if(vErrors === null){
vErrors = [err204];
}
else {
vErrors.push(err204);
}
errors++;
}
if(typeof data76 === "string"){
if(!(formats2(data76))){
const err205 = {instancePath:instancePath+"/pollInterval",schemaPath:"#/properties/pollInterval/format",keyword:"format",params:{format: "duration"}};
if(vErrors === null){
vErrors = [err205];
}
else {
vErrors.push(err205);
}
errors++;
}
}
else {
const err206 = {instancePath:instancePath+"/pollInterval",schemaPath:"#/properties/pollInterval/type",keyword:"type",params:{type: "string"}};
if(vErrors === null){
vErrors = [err206];
}
else {
vErrors.push(err206);
}
errors++;
}
}
if(data.holdTime !== undefined && func0.call(data, "holdTime")){
let data77 = data.holdTime;
if(measures.duration(data77) < 1000){
const err207 = {instancePath:instancePath+"/holdTime",schemaPath:"#/properties/holdTime/durationFrom",keyword:"durationFrom",params:{}};
if(vErrors === null){
vErrors = [err207];
}
else {
vErrors.push(err207);
}
errors++;
}
if(measures.duration(data77) > 315360000000){
const err208 = {instancePath:instancePath+"/holdTime",schemaPath:"#/properties/holdTime/durationTo",keyword:"durationTo",params:{}};
if(vErrors === null){
vErrors = [err208];
}
else {
vErrors.push(err208);
}
errors++;
}
if(typeof data77 === "string"){
if(!(formats2(data77))){
const err209 = {instancePath:instancePath+"/holdTime",schemaPath:"#/properties/holdTime/format",keyword:"format",params:{format: "duration"}};
if(vErrors === null){
vErrors = [err209];
}
else {
vErrors.push(err209);
}
errors++;
}
}
else {
const err210 = {instancePath:instancePath+"/holdTime",schemaPath:"#/properties/holdTime/type",keyword:"type",params:{type: "string"}};
if(vErrors === null){
vErrors = [err210];
}
else {
vErrors.push(err210);
}
errors++;
}
}
if(data.holdBytes !== undefined && func0.call(data, "holdBytes")){
let data78 = data.holdBytes;
if(measures.size(data78) < 1048576){
const err211 = {instancePath:instancePath+"/holdBytes",schemaPath:"#/properties/holdBytes/sizeFrom",keyword:"sizeFrom",params:{}};
if(vErrors === null){
vErrors = [err211];
}
else {
vErrors.push(err211);
}
errors++;
}
if(measures.size(data78) > 1125899906842624){
const err212 = {instancePath:instancePath+"/holdBytes",schemaPath:"#/properties/holdBytes/sizeTo",keyword:"sizeTo",params:{}};
if(vErrors === null){
vErrors = [err212];
}
else {
vErrors.push(err212);
}
errors++;
}
if(typeof data78 === "string"){
if(!(formats8(data78))){
const err213 = {instancePath:instancePath+"/holdBytes",schemaPath:"#/properties/holdBytes/format",keyword:"format",params:{format: "size"}};
if(vErrors === null){
vErrors = [err213];
}
else {
vErrors.push(err213);
}
errors++;
}
}
else {
const err214 = {instancePath:instancePath+"/holdBytes",schemaPath:"#/properties/holdBytes/type",keyword:"type",params:{type: "string"}};
if(vErrors === null){
vErrors = [err214];
}
else {
vErrors.push(err214);
}
errors++;
}
}
if(data.include !== undefined && func0.call(data, "include")){
let data79 = data.include;
if(Array.isArray(data79)){
if(data79.length < 1){
const err215 = {instancePath:instancePath+"/include",schemaPath:"#/properties/include/minItems",keyword:"minItems",params:{limit: 1}};
if(vErrors === null){
vErrors = [err215];
}
else {
vErrors.push(err215);
}
errors++;
}
const len9 = data79.length;
for(let i9=0; i9<len9; i9++){
let data80 = data79[i9];
if(typeof data80 === "string"){
if(data80.length < 1){
const err216 = {instancePath:instancePath+"/include/" + i9,schemaPath:"#/properties/include/items/minLength",keyword:"minLength",params:{limit: 1}};
if(vErrors === null){
vErrors = [err216];
}
else {
vErrors.push(err216);
}
errors++;
}
}
else {
const err217 = {instancePath:instancePath+"/include/" + i9,schemaPath:"#/properties/include/items/type",keyword:"type",params:{type: "string"}};
if(vErrors === null){
vErrors = [err217];
}
else {
vErrors.push(err217);
}
errors++;
}
}
}
else {
const err218 = {instancePath:instancePath+"/include",schemaPath:"#/properties/include/type",keyword:"type",params:{type: "array"}};
if(vErrors === null){
vErrors = [err218];
}
else {
vErrors.push(err218);
}
errors++;
}
}
if(data.stateDir !== undefined && func0.call(data, "stateDir")){
let data81 = data.stateDir;
if(typeof data81 === "string"){
if(data81.length < 1){
const err219 = {instancePath:instancePath+"/stateDir",schemaPath:"#/properties/stateDir/minLength",keyword:"minLength",params:{limit: 1}};
if(vErrors === null){
vErrors = [err219];
}
else {
vErrors.push(err219);
}
errors++;
}
}
else {
const err220 = {instancePath:instancePath+"/stateDir",schemaPath:"#/properties/stateDir/type",keyword:"type",params:{type: "string"}};
if(vErrors === null){
vErrors = [err220];
}
else {
vErrors.push(err220);
}
errors++;
}
}
if(data.shutdownTimeout !== undefined && func0.call(data, "shutdownTimeout")){
let data82 = data.shutdownTimeout;
if(measures.duration(data82) < 0){
const err221 = {instancePath:instancePath+"/shutdownTimeout",schemaPath:"#/properties/shutdownTimeout/durationFrom",keyword:"durationFrom",params:{}};
if(vErrors === null){
vErrors = [err221];
}
else {
vErrors.push(err221);
}
errors++;
}
if(measures.duration(data82) > 3600000){
const err222 = {instancePath:instancePath+"/shutdownTimeout",schemaPath:"#/properties/shutdownTimeout/durationTo",keyword:"durationTo",params:{}};
if(vErrors === null){
vErrors = [err222];
}
else {
vErrors.push(err222);
}
errors++;
}
if(typeof data82 === "string"){
if(!(formats2(data82))){
const err223 = {instancePath:instancePath+"/shutdownTimeout",schemaPath:"#/properties/shutdownTimeout/format",keyword:"format",params:{format: "duration"}};
if(vErrors === null){
vErrors = [err223];
}
else {
vErrors.push(err223);
}
errors++;
}
}
else {
const err224 = {instancePath:instancePath+"/shutdownTimeout",schemaPath:"#/properties/shutdownTimeout/type",keyword:"type",params:{type: "string"}};
if(vErrors === null){
vErrors = [err224];
}
else {
vErrors.push(err224);
}
errors++;
}
}
if(data.metrics !== undefined && func0.call(data, "metrics")){
let data83 = data.metrics;
if(data83 && typeof data83 == "object" && !Array.isArray(data83)){
if((data83.listen === undefined) || (!(func0.call(data83, "listen")))){
const err225 = {instancePath:instancePath+"/metrics",schemaPath:"#/properties/metrics/required",keyword:"required",params:{missingProperty: "listen"}};
if(vErrors === null){
vErrors = [err225];
}
else {
vErrors.push(err225);
}
errors++;
}
for(const key10 of Object.keys(data83)){
if(!(key10 === "listen")){
const err226 = {instancePath:instancePath+"/metrics",schemaPath:"#/properties/metrics/additionalProperties",keyword:"additionalProperties",params:{additionalProperty: key10}};
if(vErrors === null){
vErrors = [err226];
}
else {
vErrors.push(err226);
}
errors++;
}
}
if(data83.listen !== undefined && func0.call(data83, "listen")){
let data84 = data83.listen;
if(typeof data84 === "string"){
if(!(formats0(data84))){
const err227 = {instancePath:instancePath+"/metrics/listen",schemaPath:"#/properties/metrics/properties/listen/format",keyword:"format",params:{format: "address"}};
if(vErrors === null){
vErrors = [err227];
}
else {
vErrors.push(err227);
}
errors++;
}
}
else {
const err228 = {instancePath:instancePath+"/metrics/listen",schemaPath:"#/properties/metrics/properties/listen/type",keyword:"type",params:{type: "string"}};
if(vErrors === null){
vErrors = [err228];
}
else {
vErrors.push(err228);
}
errors++;
}
}
}
else {
const err229 = {instancePath:instancePath+"/metrics",schemaPath:"#/properties/metrics/type",keyword:"type",params:{type: "object"}};
if(vErrors === null){
vErrors = [err229];
}
else {
vErrors.push(err229);
}
errors++;
}
}
if(data.log !== undefined && func0.call(data, "log")){
let data85 = data.log;
if(data85 && typeof data85 == "object" && !Array.isArray(data85)){
if((data85.level === undefined) || (!(func0.call(data85, "level")))){
const err230 = {instancePath:instancePath+"/log",schemaPath:"#/properties/log/required",keyword:"required",params:{missingProperty: "level"}};
if(vErrors === null){
vErrors = [err230];
}
else {
vErrors.push(err230);
}
errors++;
}
if((data85.format === undefined) || (!(func0.call(data85, "format")))){
const err231 = {instancePath:instancePath+"/log",schemaPath:"#/properties/log/required",keyword:"required",params:{missingProperty: "format"}};
if(vErrors === null){
vErrors = [err231];
}
else {
vErrors.push(err231);
}
errors++;
}
if((data85.syslog === undefined) || (!(func0.call(data85, "syslog")))){
const err232 = {instancePath:instancePath+"/log",schemaPath:"#/properties/log/required",keyword:"required",params:{missingProperty: "syslog"}};
if(vErrors === null){
vErrors = [err232];
}
else {
vErrors.push(err232);
}
errors++;
}
for(const key11 of Object.keys(data85)){
if(!(((key11 === "level") || (key11 === "format")) || (key11 === "syslog"))){
const err233 = {instancePath:instancePath+"/log",schemaPath:"#/properties/log/additionalProperties",keyword:"additionalProperties",params:{additionalProperty: key11}};
if(vErrors === null){
vErrors = [err233];
}
else {
vErrors.push(err233);
}
errors++;
}
}
if(data85.level !== undefined && func0.call(data85, "level")){
let data86 = data85.level;
if(!((((data86 === "debug") || (data86 === "info")) || (data86 === "warn")) || (data86 === "error"))){
const err234 = {instancePath:instancePath+"/log/level",schemaPath:"#/properties/log/properties/level/enum",keyword:"enum",params:{allowedValues: schema11.properties.log.properties.level.enum}};
if(vErrors === null){
vErrors = [err234];
}
else {
vErrors.push(err234);
}
errors++;
}
}
if(data85.format !== undefined && func0.call(data85, "format")){
let data87 = data85.format;
if(!(((data87 === "auto") || (data87 === "json")) || (data87 === "text"))){
const err235 = {instancePath:instancePath+"/log/format",schemaPath:"#/properties/log/properties/format/enum",keyword:"enum",params:{allowedValues: schema11.properties.log.properties.format.enum}};
if(vErrors === null){
vErrors = [err235];
}
else {
vErrors.push(err235);
}
errors++;
}
}
if(data85.syslog !== undefined && func0.call(data85, "syslog")){
if(typeof data85.syslog !== "boolean"){
const err236 = {instancePath:instancePath+"/log/syslog",schemaPath:"#/properties/log/properties/syslog/type",keyword:"type",params:{type: "boolean"}};
if(vErrors === null){
vErrors = [err236];
}
else {
vErrors.push(err236);
}
errors++;
}
}
}
else {
const err237 = {instancePath:instancePath+"/log",schemaPath:"#/properties/log/type",keyword:"type",params:{type: "object"}};
if(vErrors === null){
vErrors = [err237];
}
else {
vErrors.push(err237);
}
errors++;
}
}
}
else {
const err238 = {instancePath,schemaPath:"#/type",keyword:"type",params:{type: "object"}};
if(vErrors === null){
vErrors = [err238];
}
else {
vErrors.push(err238);
}
errors++;
}
validate10.errors = vErrors;
return errors === 0;
}

